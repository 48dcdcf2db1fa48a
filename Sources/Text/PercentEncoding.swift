/// RFC 3986 §2.1, and the form variant of it in which `+` is a space.
package enum PercentEncoding {
    /// Escapes everything but the unreserved characters, so that the result is safe in any part of a URI.
    package static func encode(_ text: WireText) -> String {
        if isUnreserved(text) { return text.string }
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends a text, escaped as `encode` does.
    package static func append(_ text: WireText, to bytes: inout [UInt8]) {
        if isUnreserved(text) { return bytes.append(contentsOf: text.utf8) }
        for byte in text.utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(upperDigit(byte >> 4))
                bytes.append(upperDigit(byte & 0x0F))
            }
        }
    }

    /// Decodes once; a bad escape, or bytes that are not UTF-8 afterwards, is `nil`.
    package static func decode(_ text: WireText, plusIsSpace: Bool = false) -> WireText? {
        let bytes = text.string.utf8.span
        guard let escape = firstEscape(bytes, in: bytes.indices, plusIsSpace: plusIsSpace) else { return text }
        return decode(bytes, in: bytes.indices, from: escape, plusIsSpace: plusIsSpace)
    }

    /// Decodes a part of bytes once; a bad escape, or bytes that are not UTF-8 afterwards, is `nil`.
    package static func decode(
        _ bytes: borrowing Span<UInt8>,
        in range: Range<Int>,
        plusIsSpace: Bool
    ) -> WireText? {
        guard let escape = firstEscape(bytes, in: range, plusIsSpace: plusIsSpace) else {
            return WireText(bytes, in: range)
        }
        return decode(bytes, in: range, from: escape, plusIsSpace: plusIsSpace)
    }

    private static func decode(
        _ bytes: borrowing Span<UInt8>,
        in range: Range<Int>,
        from escape: Int,
        plusIsSpace: Bool
    ) -> WireText? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        for index in range.lowerBound..<escape { decoded.append(bytes[index]) }
        var index = escape
        while index < range.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < range.upperBound,
                    let high = bytes[index + 1].hexValue,
                    let low = bytes[index + 2].hexValue
                else { return nil }
                decoded.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(.space)
                index += 1
            case let byte:
                decoded.append(byte)
                index += 1
            }
        }
        return WireText(decoded)
    }

    /// Where the first byte stands that does not stand for itself; most names and values have none.
    private static func firstEscape(
        _ bytes: borrowing Span<UInt8>,
        in range: Range<Int>,
        plusIsSpace: Bool
    ) -> Int? {
        let percent = bytes.firstIndex(of: UInt8(ascii: "%"), in: range)
        guard plusIsSpace else { return percent }
        return bytes.firstIndex(of: UInt8(ascii: "+"), in: range.lowerBound..<(percent ?? range.upperBound)) ?? percent
    }

    private static func isUnreserved(_ text: WireText) -> Bool {
        let bytes = text.string.utf8.span
        for index in bytes.indices where !bytes[index].isUnreserved { return false }
        return true
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + (value - 10)
    }
}

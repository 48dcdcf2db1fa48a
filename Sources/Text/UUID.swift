/// An identifier of RFC 9562 in its usual spelling, lower case.
package struct UUID: Sendable, Hashable {
    package let text: WireText

    /// Reads 8-4-4-4-12 hexadecimal digits of either case.
    package init?(_ text: WireText) {
        let bytes = text.bytes
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? byte == UInt8(ascii: "-") : byte.hexValue != nil else { return nil }
        }
        self.text = text.lowercasedASCII
    }

    /// A version 4 identifier from 16 random bytes: RFC 9562 §5.4.
    package init(random bytes: [UInt8]) {
        self.init(bytes, version: 4)
    }

    /// A version 7 identifier from 16 bytes, the first six of which tell the time: RFC 9562 §5.7.
    package init(ordered bytes: [UInt8]) {
        self.init(bytes, version: 7)
    }

    private init(_ bytes: [UInt8], version: UInt8) {
        precondition(bytes.count == 16, "A UUID is made of 16 bytes.")
        var bytes = bytes
        bytes[6] = bytes[6] & 0x0F | version << 4
        bytes[8] = bytes[8] & 0x3F | 0x80
        let spelled = [UInt8](capacity: 36) { output in
            for index in bytes.indices {
                if index == 4 || index == 6 || index == 8 || index == 10 { output.append(UInt8(ascii: "-")) }
                output.append(Hex.digit(bytes[index] >> 4))
                output.append(Hex.digit(bytes[index] & 0x0F))
            }
        }
        text = WireText(String(decoding: spelled, as: UTF8.self))
    }
}

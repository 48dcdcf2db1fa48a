package import Text

/// RFC 9110 §12.5.4: what a browser prefers.
package enum AcceptLanguage {
    /// The ranges that are wanted, the dearest first; what cannot be read is passed over.
    package static func read(_ lines: [WireText]) -> [WireText] {
        var ranges: [(range: WireText, weight: Int)] = []
        for piece in lines.flatMap({ $0.split(at: UInt8(ascii: ",")) }).prefix(count) {
            let parts = piece.split(at: UInt8(ascii: ";")).map(\.withoutSpaces)
            guard let range = parts.first, range.isLanguageTag, parts.count <= 2 else { continue }
            let weight = parts.count == 2 ? weight(parts[1]) : 1_000
            if let weight, weight > 0 { ranges.append((range, weight)) }
        }
        // Of equal weights the first is the dearer one, and sorting keeps it so.
        return ranges.enumerated()
            .sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }
            .map(\.element.range)
    }

    /// RFC 9110 §12.4.2, in thousandths.
    private static func weight(_ parameter: WireText) -> Int? {
        guard parameter.lowercasedASCII.hasPrefix("q=") else { return nil }
        let digits = WireText(parameter.string.utf8.dropFirst(2)).split(at: UInt8(ascii: "."))
        guard let whole = digits.first, whole == "0" || whole == "1", digits.count <= 2 else { return nil }
        let fraction = digits.count == 2 ? digits[1] : ""
        guard fraction.byteCount <= 3, fraction.utf8.allSatisfy(\.isDigit) else { return nil }
        let padded = fraction.string + String(repeating: "0", count: 3 - fraction.byteCount)
        return min(1_000, (whole == "1" ? 1_000 : 0) + (Int(padded) ?? 0))
    }

    /// Browsers send about ten.
    private static let count = 32
}

extension WireText {
    /// Whether it has the form of a language tag of BCP 47, known or not.
    package var isLanguageTag: Bool {
        guard byteCount <= 35 else { return false }
        let subtags = split(at: UInt8(ascii: "-"))
        guard let first = subtags.first, (2...8).contains(first.byteCount), first.utf8.allSatisfy(\.isLetter) else {
            return false
        }
        return subtags.dropFirst().allSatisfy { (1...8).contains($0.byteCount) && $0.utf8.allSatisfy(\.isAlphanumeric) }
    }

    fileprivate var withoutSpaces: WireText {
        var rest = string.utf8[...]
        while rest.first == .space { rest = rest.dropFirst() }
        while rest.last == .space { rest = rest.dropLast() }
        return WireText(rest)
    }
}

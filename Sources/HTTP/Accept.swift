package import Text

/// What a client is willing to read: RFC 9110 §12.5.1.
package struct Accept: Sendable {
    private struct Range: Sendable {
        let essence: WireText
        /// In thousandths.
        let quality: Int
    }

    private let ranges: [Range]

    /// Reads all `Accept` fields.
    ///
    /// A client without one takes anything; a range that cannot be read is passed over.
    package init(_ fields: Fields) {
        guard fields.contains(.accept) else {
            ranges = [Range(essence: "*/*", quality: 1_000)]
            return
        }
        ranges = fields.all(.accept).flatMap { line in
            line.split(at: UInt8(ascii: ",")).compactMap { Self.range($0.utf8[...].trimmed) }
        }
    }

    /// How much a type is wanted, in thousandths; zero is not at all.
    package func quality(of essence: WireText) -> Int {
        let type = WireText(essence.utf8.prefix { $0 != UInt8(ascii: "/") })
        for wanted in [essence, WireText("\(type)/*"), "*/*"] {
            // The narrowest range that fits has the say, whatever the wider ones say.
            if let range = ranges.first(where: { $0.essence == wanted }) { return range.quality }
        }
        return 0
    }

    /// The one that is wanted most, and of equals the first; `nil` where none is wanted.
    package func preferred(of essences: [WireText]) -> WireText? {
        var best: (essence: WireText, quality: Int)?
        for essence in essences {
            let quality = quality(of: essence)
            if quality > (best?.quality ?? 0) { best = (essence, quality) }
        }
        return best?.essence
    }

    private static func range(_ text: Substring.UTF8View) -> Range? {
        var rest = text
        guard let essence = MediaType.essence(&rest), let parameters = MediaType.parameters(&rest), rest.isEmpty else {
            return nil
        }
        guard let weight = parameters.first(where: { $0.name == "q" }) else {
            return Range(essence: essence, quality: 1_000)
        }
        guard let quality = thousandths(weight.value) else { return nil }
        return Range(essence: essence, quality: quality)
    }

    /// RFC 9110 §12.4.2: `0` or `1` and up to three decimals, of which a `1` allows only zeros.
    private static func thousandths(_ text: WireText) -> Int? {
        let bytes = text.bytes
        guard let first = bytes.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), bytes.count <= 5,
            bytes.count == 1 || bytes[1] == UInt8(ascii: ".")
        else { return nil }
        var quality = Int(first - UInt8(ascii: "0")) * 1_000
        var weight = 100
        for digit in bytes.dropFirst(2) {
            guard digit.isDigit else { return nil }
            quality += Int(digit - UInt8(ascii: "0")) * weight
            weight /= 10
        }
        return quality <= 1_000 ? quality : nil
    }
}

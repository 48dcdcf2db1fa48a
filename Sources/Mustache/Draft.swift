package import Text

/// A rendered page with gaps, each for a text that depends on the rest of it.
package struct Draft: Sendable {
    /// The page as it is without these texts.
    package internal(set) var bytes: [UInt8] = []
    private var gaps: [Gap] = []

    private struct Gap {
        let offset: Int
        let name: WireText
    }

    /// A page with nothing on it.
    package static let empty = Draft(capacity: 0)

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
    }

    mutating func leaveGap(_ name: WireText) {
        gaps.append(Gap(offset: bytes.count, name: name))
    }

    /// The whole page; what fills the gaps is escaped like everything else on it.
    package func filled(with texts: [WireText: WireText]) -> [UInt8] {
        var page: [UInt8] = []
        page.reserveCapacity(bytes.count + gaps.count * Self.usualText)
        var start = 0
        for gap in gaps {
            page.append(contentsOf: bytes[start..<gap.offset])
            HTMLEscape.append(texts[gap.name] ?? "", to: &page)
            start = gap.offset
        }
        page.append(contentsOf: bytes[start...])
        return page
    }

    private static let usualText = 64
}

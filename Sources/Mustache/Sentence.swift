package import Text

/// A sentence of a page with places for values, such as `Share with {tpp}`.
///
/// Translators move the places; the template puts each value into an element of its own, because a
/// name in another direction of writing would otherwise turn the words around it.
package struct Sentence: Sendable, Hashable {
    private let parts: [Part]

    private struct Part: Sendable, Hashable {
        var text: WireText
        var place: WireText?
    }

    /// Reads a pattern; `nil` where a brace has no partner or names nothing.
    package init?(_ pattern: WireText) {
        var parts: [Part] = []
        var text: [UInt8] = []
        var name: [UInt8]?
        for byte in pattern.utf8 {
            switch (byte, name) {
            case (UInt8(ascii: "{"), nil):
                name = []
            case (UInt8(ascii: "}"), let found?):
                guard !found.isEmpty else { return nil }
                parts.append(Part(text: Self.text(text), place: Self.text(found)))
                text = []
                name = nil
            case (UInt8(ascii: "{"), _), (UInt8(ascii: "}"), _):
                return nil
            case (_, let found?):
                guard byte.isLowercase || byte == UInt8(ascii: "_") else { return nil }
                name = found + [byte]
            case (_, nil):
                text.append(byte)
            }
        }
        guard name == nil else { return nil }
        if !text.isEmpty || parts.isEmpty { parts.append(Part(text: Self.text(text), place: nil)) }
        self.parts = parts
    }

    /// The names of the places, in their order.
    package var places: [WireText] { parts.compactMap(\.place) }

    /// The sentence as text, for titles; a value that is not given leaves its place empty.
    package func text(_ values: [WireText: WireText]) -> WireText {
        WireText(parts.map { $0.text.string + ($0.place.flatMap { values[$0]?.string } ?? "") }.joined())
    }

    /// The sentence in pieces: each has the `text` before a place, and what is in it under `kind`.
    package func view(of kind: WireText, _ values: [WireText: View]) -> View {
        .list(
            parts.map { part in
                ["text": .text(part.text), kind: part.place.flatMap { values[$0] } ?? .missing]
            }
        )
    }

    private static func text(_ bytes: [UInt8]) -> WireText {
        WireText(String(decoding: bytes, as: UTF8.self))
    }
}

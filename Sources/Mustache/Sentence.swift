package import Text

/// A sentence of a page with places for values, such as `Share with {tpp}`, and with forms that go with a number, such
/// as `{days, plural, one {one day} other {{days} days}}`.
///
/// Translators move the places; the template puts each value into an element of its own, because a
/// name in another direction of writing would otherwise turn the words around it.
package struct Sentence: Sendable, Hashable {
    private let parts: [SentencePart]
    private let plurals: PluralRules

    /// Reads a pattern; `nil` where a brace has no partner or names nothing, or a choice of forms is none.
    package init?(_ pattern: WireText, plurals: PluralRules = .none) {
        var reader = SentenceReader(pattern)
        guard let parts = reader.read() else { return nil }
        self.parts = parts
        self.plurals = plurals
    }

    /// The names of the places, in their order.
    package var places: [WireText] { parts.flatMap(\.places) }

    /// The forms that a number of this language can ask for, and that are not there.
    package var missingForms: [PluralRules.Category] {
        let needed = plurals.categories
        return parts.flatMap { $0.missingForms(of: needed) }
    }

    /// The sentence as text, for titles; a value that is not given leaves its place empty.
    package func text(_ values: [WireText: WireText]) -> WireText {
        var text = ""
        append(parts, to: &text, values)
        return WireText(text)
    }

    /// The sentence in pieces: each has the `text` before a place, and what is in it under `kind`.
    package func view(of kind: WireText, _ value: (WireText) -> View?) -> View {
        var pieces: [View] = []
        pieces.reserveCapacity(parts.count)
        var text = ""
        append(parts, to: &pieces, after: &text, kind, value)
        if !text.isEmpty || pieces.isEmpty { pieces.append(["text": .text(WireText(text)), kind: .missing]) }
        return .list(pieces)
    }

    private func append(_ parts: [SentencePart], to text: inout String, _ values: [WireText: WireText]) {
        for part in parts {
            switch part {
            case .text(let words): text += words.string
            case .place(let name): text += values[name]?.string ?? ""
            case .choice(let choice): append(choice.form(for: values[choice.place], plurals), to: &text, values)
            }
        }
    }

    private func append(
        _ parts: [SentencePart],
        to pieces: inout [View],
        after text: inout String,
        _ kind: WireText,
        _ value: (WireText) -> View?
    ) {
        for part in parts {
            switch part {
            case .text(let words): text += words.string
            case .place(let name):
                pieces.append(["text": .text(WireText(text)), kind: value(name) ?? .missing])
                text = ""
            case .choice(let choice):
                let number: WireText? = if case .text(let text) = value(choice.place) { text } else { nil }
                append(choice.form(for: number, plurals), to: &pieces, after: &text, kind, value)
            }
        }
    }
}

/// What a sentence is made of.
enum SentencePart: Sendable, Hashable {
    case text(WireText)
    case place(WireText)
    case choice(SentenceChoice)

    var places: [WireText] {
        switch self {
        case .text: []
        case .place(let name): [name]
        case .choice(let choice): [choice.place] + choice.all.flatMap { $0.flatMap(\.places) }
        }
    }

    func missingForms(of needed: [PluralRules.Category]) -> [PluralRules.Category] {
        guard case .choice(let choice) = self else { return [] }
        return needed.filter { choice.forms[$0] == nil }
            + choice.all.flatMap { $0.flatMap { $0.missingForms(of: needed) } }
    }
}

/// Forms of which a number chooses one.
struct SentenceChoice: Sendable, Hashable {
    let place: WireText
    /// For this number and no other, as `=1`.
    var exact: [Int: [SentencePart]] = [:]
    var forms: [PluralRules.Category: [SentencePart]] = [:]

    var all: [[SentencePart]] { Array(exact.values) + Array(forms.values) }

    /// What is no number is spoken of like one without a form of its own.
    func form(for value: WireText?, _ plurals: PluralRules) -> [SentencePart] {
        let other = forms[.other] ?? []
        guard let value, let number = Int(value.string), number >= 0 else { return other }
        return exact[number] ?? forms[plurals.category(of: number)] ?? other
    }
}

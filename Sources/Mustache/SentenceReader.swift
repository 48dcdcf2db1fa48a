import Text

/// A pattern to parts.
struct SentenceReader {
    private let bytes: [UInt8]
    private var cursor = 0

    init(_ pattern: WireText) {
        bytes = pattern.bytes
    }

    mutating func read() -> [SentencePart]? { parts(inside: 0) }

    /// The parts up to the end, or up to the brace that closes a form.
    private mutating func parts(inside depth: Int) -> [SentencePart]? {
        var parts: [SentencePart] = []
        var text: [UInt8] = []
        func flush() {
            guard !text.isEmpty else { return }
            parts.append(.text(Self.text(text)))
            text = []
        }
        while let byte = next {
            switch byte {
            case UInt8(ascii: "}"):
                guard depth > 0 else { return nil }
                flush()
                return parts
            case UInt8(ascii: "{"):
                flush()
                guard let place = place(inside: depth) else { return nil }
                parts.append(place)
            default:
                text.append(byte)
                cursor += 1
            }
        }
        guard depth == 0 else { return nil }
        flush()
        return parts
    }

    private mutating func place(inside depth: Int) -> SentencePart? {
        guard take(UInt8(ascii: "{")) else { return nil }
        let name = word { $0.isLowercase || $0 == UInt8(ascii: "_") }
        guard !name.isEmpty else { return nil }
        if take(UInt8(ascii: "}")) { return .place(name) }
        guard depth < Self.depth, take(UInt8(ascii: ",")) else { return nil }
        skipBlanks()
        guard word({ $0.isLowercase }) == "plural", take(UInt8(ascii: ",")) else { return nil }
        return choice(at: name, inside: depth).map { .choice($0) }
    }

    private mutating func choice(at place: WireText, inside depth: Int) -> SentenceChoice? {
        var choice = SentenceChoice(place: place)
        skipBlanks()
        while !take(UInt8(ascii: "}")) {
            let isExact = take(UInt8(ascii: "="))
            let selector = word { $0.isAlphanumeric }
            skipBlanks()
            guard take(UInt8(ascii: "{")), let form = parts(inside: depth + 1), take(UInt8(ascii: "}")) else {
                return nil
            }
            if isExact {
                guard let number = Int(selector.string), choice.exact.updateValue(form, forKey: number) == nil else {
                    return nil
                }
            } else {
                guard let category = PluralRules.Category(rawValue: selector.string),
                    choice.forms.updateValue(form, forKey: category) == nil
                else { return nil }
            }
            skipBlanks()
        }
        return choice.forms[.other] == nil ? nil : choice
    }

    private var next: UInt8? { cursor < bytes.count ? bytes[cursor] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        cursor += 1
        return true
    }

    private mutating func skipBlanks() {
        while next == .space { cursor += 1 }
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> WireText {
        let start = cursor
        while let byte = next, belongs(byte) { cursor += 1 }
        return Self.text(bytes[start..<cursor])
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> WireText {
        WireText(String(decoding: Array(bytes), as: UTF8.self))
    }

    /// Forms within forms: nobody reads more.
    private static let depth = 3
}

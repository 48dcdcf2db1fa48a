package import Text

/// What a template may ask for: a tree of names and values.
package enum View: Sendable, Hashable {
    /// A name that is offered and has no value this time.
    case missing
    case flag(Bool)
    case text(WireText)
    /// A text that is known only when the rest of the page is there: see `Draft`.
    case gap(WireText)
    case list([View])
    case object([Member])

    /// A name and its value.
    package struct Member: Sendable, Hashable {
        package let name: WireText
        package let value: View
        let mark: NameMark

        package init(_ name: WireText, _ value: View) {
            self.name = name
            self.value = value
            mark = NameMark(name)
        }
    }
}

/// What most names differ in, so that they can be told apart without a look at their letters.
struct NameMark: Sendable, Hashable {
    private let bits: Int

    init(_ name: WireText) {
        let bytes = name.utf8.span
        bits = bytes.isEmpty ? 0 : bytes.count << 16 | Int(bytes[0]) << 8 | Int(bytes[bytes.count - 1])
    }
}

extension View {
    /// The value of a name, or `nil` where this is no object or does not offer it.
    package subscript(name: WireText) -> View? { self[name, NameMark(name)] }

    subscript(name: WireText, mark: NameMark) -> View? {
        guard case .object(let object) = self else { return nil }
        // By their places: a member that is only looked at is not taken out.
        let members = object.span
        for index in members.indices where members[index].mark == mark && members[index].name == name {
            return members[index].value
        }
        return nil
    }

    /// Whether a section of this value is shown; an empty text says nothing.
    var isShown: Bool {
        switch self {
        case .missing: false
        case .flag(let flag): flag
        case .text(let text): !text.isEmpty
        case .gap: true
        case .list(let elements): !elements.isEmpty
        case .object: true
        }
    }
}

extension View: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    package init(dictionaryLiteral members: (WireText, View)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }

    package init(arrayLiteral elements: View...) {
        self = .list(elements)
    }

    package init(stringLiteral value: String) {
        self = .text(WireText(value))
    }

    package init(booleanLiteral value: Bool) {
        self = .flag(value)
    }

    package init(nilLiteral: ()) {
        self = .missing
    }
}

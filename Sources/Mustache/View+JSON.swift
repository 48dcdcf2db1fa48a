package import Text

extension View {
    /// The same tree, with `null` for what is missing and numbers as they are spelled.
    package init(_ json: JSON) {
        switch json {
        case .null: self = .missing
        case .boolean(let boolean): self = .flag(boolean)
        case .integer(let integer): self = .text(WireText("\(integer)"))
        case .number(let number): self = .text(WireText("\(number)"))
        case .text(let text): self = .text(text)
        case .array(let elements): self = .list(elements.map { View($0) })
        case .object(let members): self = .object(members.map { Member($0.name, View($0.value)) })
        }
    }
}

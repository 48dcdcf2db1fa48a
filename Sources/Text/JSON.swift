/// A JSON value, its members in the order in which they were written.
package enum JSON: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    case text(WireText)
    case array([JSON])
    case object([Member])

    /// A name and its value.
    package struct Member: Sendable, Hashable {
        package let name: WireText
        package let value: JSON

        package init(_ name: WireText, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }
}

extension JSON {
    /// The member of an object, or `nil` where it is not there or this is no object.
    package subscript(name: WireText) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var text: WireText? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    package var boolean: Bool? {
        guard case .boolean(let boolean) = self else { return nil }
        return boolean
    }

    package var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    package var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var members: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The elements of an array that holds nothing but texts.
    package var texts: [WireText]? {
        guard let array else { return nil }
        var texts: [WireText] = []
        for element in array {
            guard let text = element.text else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// What this is, for a sentence to the one who sent it.
    package var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .text: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    package init(dictionaryLiteral members: (WireText, JSON)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }

    package init(arrayLiteral elements: JSON...) {
        self = .array(elements)
    }

    package init(stringLiteral value: String) {
        self = .text(WireText(value))
    }

    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    package init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }

    package init(nilLiteral: ()) {
        self = .null
    }
}

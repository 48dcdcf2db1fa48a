/// A name that cannot be mixed up with the name of something else.
package struct Identifier<Named>: Sendable, Hashable {
    package let text: WireText

    package init(_ text: WireText) {
        self.text = text
    }
}

extension Identifier: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(WireText(value))
    }
}

extension Identifier: CustomStringConvertible {
    package var description: String { text.string }
}

package import Text

/// The name of a grant, as it is registered and sent.
package struct GrantType: Sendable, Hashable, ExpressibleByStringLiteral {
    /// As RFC 6749 or its extensions spell it.
    package let name: WireText

    /// A name, known or not.
    package init(_ name: WireText) {
        self.name = name
    }

    /// A name written in the code.
    package init(stringLiteral value: String) {
        self.init(WireText(value))
    }
}

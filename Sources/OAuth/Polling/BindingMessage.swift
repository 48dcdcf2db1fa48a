package import Text

/// What both devices show, so that a person sees that the two belong together: OpenID CIBA Core 1.0 §7.1.
///
/// It is shown letter by letter or not taken at all: a message that looked otherwise here than there would bind nothing.
package struct BindingMessage: Sendable, Hashable {
    /// As it came, and as it is shown.
    package let text: WireText

    /// Refuses what could deceive a reader, as the names of clients do, and what is too long for a small screen.
    package init?(_ text: WireText) {
        let scalars = text.string.unicodeScalars
        guard text.byteCount <= Limits.bindingMessageBytes, text.string.count <= Limits.bindingMessageCharacters,
            !scalars.isEmpty, scalars.first?.properties.generalCategory != .spaceSeparator,
            scalars.last?.properties.generalCategory != .spaceSeparator, scalars.allAreShowable,
            // A page folds spaces together, and would show another message.
            !text.string.contains("  ")
        else { return nil }
        self.text = text
    }
}

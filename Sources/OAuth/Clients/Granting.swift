package import Text

/// What else than scopes a client may be granted, and by whom.
package struct Granting: Sendable, Hashable {
    /// `authorization_details_types`: RFC 9396 §10; what is not here is refused.
    package let detailTypes: Set<WireText>

    /// By default a client asks by scopes alone.
    package init(detailTypes: Set<WireText> = []) {
        self.detailTypes = detailTypes
    }
}

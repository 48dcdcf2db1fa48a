package import Text

/// What else than scopes a client may be granted, and by whom.
package struct Granting: Sendable, Hashable {
    /// `authorization_details_types`: RFC 9396 §10; what is not here is refused.
    package let detailTypes: Set<WireText>
    /// `token_exchange_resources`: what a gateway of the bank may have tokens for that it swaps others for.
    package let exchangeResources: [WireText]
    /// `jwt_bearer_issuers`: the partners whose word about people it may bring.
    package let assertionIssuers: [WireText]

    /// By default a client asks by scopes alone.
    package init(
        detailTypes: Set<WireText> = [],
        exchangeResources: [WireText] = [],
        assertionIssuers: [WireText] = []
    ) {
        self.detailTypes = detailTypes
        self.exchangeResources = exchangeResources
        self.assertionIssuers = assertionIssuers
    }
}

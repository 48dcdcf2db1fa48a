package import Crypto

/// How a client that registered itself stands with us.
package struct Registration: Sendable, Hashable {
    /// Of the token by which it manages its registration: RFC 7592 §1.2.
    package let accessToken: Fingerprint
    /// Whether the bank has looked at what it registered.
    package let isVetted: Bool

    /// A standing.
    package init(accessToken: Fingerprint, isVetted: Bool) {
        self.accessToken = accessToken
        self.isVetted = isVetted
    }
}

/// What the bank has said about a client that registered itself.
package struct ClientVerdict: Sendable, Hashable {
    /// What it had registered when the bank looked at it: `RegisteredClient.appearance`.
    package let vetted: Fingerprint?
    /// Whether it may do nothing.
    package let isDisabled: Bool

    /// A verdict; without one a client is neither vetted nor disabled.
    package init(vetted: Fingerprint? = nil, isDisabled: Bool = false) {
        self.vetted = vetted
        self.isDisabled = isDisabled
    }
}

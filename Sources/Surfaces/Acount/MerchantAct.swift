/// What a merchant's back end does.
package enum MerchantAct: Sendable, Hashable {
    /// `POST /v1/auth/generate-token`: a token for one of the merchant's users.
    case issueToken
    case register
    case fetch
    /// Asks where to send the user; nothing changes.
    case authorise
    case revoke
    case accounts

    /// Whether its request has a body.
    var hasBody: Bool { self == .issueToken || self == .register }
}

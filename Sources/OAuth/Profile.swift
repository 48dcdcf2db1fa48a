/// How strictly a client is held, as data on the client.
package enum Profile: String, Sendable, Hashable, CaseIterable {
    /// OAuth 2.1 with OpenID Connect.
    case oauth21
}

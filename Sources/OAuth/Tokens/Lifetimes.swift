/// How long things live, in seconds.
package struct Lifetimes: Sendable, Hashable {
    /// Of an authorization code: RFC 6749 §4.1.2 wants ten minutes at the most.
    package var code: Int
    /// Of an access token, where the consent does not end before.
    package var accessToken: Int
    /// Of an ID token.
    package var idToken: Int
    /// Of a family of refresh tokens, however often it is used.
    package var refreshToken: Int
    /// Of a request that waits for a person.
    package var interaction: Int
    /// Of a login in a browser.
    package var session: Int

    /// Lifetimes that suit most banks, unless others are given.
    package init(
        code: Int = 60,
        accessToken: Int = 600,
        idToken: Int = 3_600,
        refreshToken: Int = 90 * 86_400,
        interaction: Int = 1_200,
        session: Int = 1_800
    ) {
        self.code = code
        self.accessToken = accessToken
        self.idToken = idToken
        self.refreshToken = refreshToken
        self.interaction = interaction
        self.session = session
    }
}

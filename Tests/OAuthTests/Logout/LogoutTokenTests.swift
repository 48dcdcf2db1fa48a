import OAuth
import TestSupport
import Testing
import Text

struct LogoutTokenTests {
    @Test
    func `Back-Channel Logout 2.4: a token says who, of which login, to whom, and for two minutes`() throws {
        let token = LogoutToken(.sample, issuer: .sample, subject: "psu-anna", at: .noon)
        let expected: JSON = [
            "iss": "https://bank.example", "sub": "psu-anna", "aud": "tpp-1",
            "iat": .integer(Timestamp.noon.seconds), "exp": .integer(Timestamp.noon.seconds + 120),
            "jti": "notice-1", "sid": "login-1",
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ]
        #expect(try JSONReader.read(token.claims) == expected)
    }

    @Test
    func `a notice is tried eight times within about an hour, ever more seldom`() {
        var now = Timestamp.noon
        var pauses: [Int64] = []
        for attempts in 0... {
            guard let next = LogoutNotice.sample(attempts: attempts).next(after: now) else { break }
            pauses.append(next.since(now))
            now = next
        }
        #expect(pauses.count == 7)
        #expect(pauses == pauses.sorted())
        #expect((3_000...3_600).contains(now.since(.noon)))
        #expect(Int(now.since(.noon)) < Limits.logoutNoticeSeconds)
    }
}

import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct IDTokenTests {
    func claims(
        _ neighbours: IDToken.Neighbours,
        family: TokenFamily = .sample,
        algorithm: Algorithm = .es256
    ) throws -> JSON {
        let token = IDToken(
            family,
            subject: "psu-anna",
            issuer: .sample,
            beside: neighbours,
            lifetimes: Lifetimes(),
            at: .noon
        )
        return try JSONReader.read(token.claims(signedWith: algorithm))
    }

    static let code: WireText = "SplxlOBeZQQYbYS6WxSbIA"

    @Test
    func `AZ-27 a token beside a code holds the hashes of code and state, and nothing of the person`() throws {
        let expected: JSON = [
            "iss": "https://bank.example", "sub": "psu-anna", "aud": "tpp-1",
            "exp": .integer(Timestamp.noon.seconds + 3_600), "iat": .integer(Timestamp.noon.seconds),
            "auth_time": .integer(Timestamp.noon.seconds - 30), "acr": "urn:assent:password", "sid": "login-1",
            "nonce": "n-0S6_WzA2Mj",
            "openbanking_intent_id": "consent-1",
            "c_hash": .text(WireText(Base64URL.encode(Array(Digest.sha256(Self.code).prefix(16))))),
            "s_hash": .text(WireText(Base64URL.encode(Array(Digest.sha256("af0ifjsldkj").prefix(16))))),
        ]
        #expect(try claims(.code(Self.code, state: "af0ifjsldkj")) == expected)
    }

    @Test
    func `a token says of the person what was asked for, and repeats no nonce when it is renewed`() throws {
        let token = IDToken(
            .sample,
            subject: "psu-c0ffee",
            person: [JSON.Member("name", "Anna Lindqvist"), JSON.Member("email_verified", true)],
            isRenewal: true,
            issuer: .sample,
            beside: .accessToken("token", refreshTokenExpires: nil),
            lifetimes: Lifetimes(),
            at: .noon + 900
        )
        let claims = try JSONReader.read(token.claims(signedWith: .es256))
        #expect(claims["sub"]?.text == "psu-c0ffee")
        #expect(claims["name"]?.text == "Anna Lindqvist")
        #expect(claims["email_verified"] == true)
        #expect(claims["nonce"] == nil)
        // OpenID Connect Core §12.2: of the authentication, and not of the renewal.
        #expect(claims["auth_time"]?.integer == Timestamp.noon.seconds - 30)
        #expect(claims["iat"]?.integer == Timestamp.noon.seconds + 900)
    }

    @Test
    func `AZ-27 the hash of RFC 7518's usual example is cut in half`() throws {
        // OpenID Connect Core appendix A.4.
        let claims = try claims(.code("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk", state: nil))
        #expect(claims["c_hash"]?.text == "LDktKdoQak3Pk0cnXxCltA")
    }

    @Test
    func `AZ-27 at_hash of OpenID's example`() throws {
        // OpenID Connect Core appendix A.3.
        let claims = try claims(.accessToken("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", refreshTokenExpires: nil))
        #expect(claims["at_hash"]?.text == "77QmUPtjPfzWtF2AnpK9RQ")
    }

    @Test(
        arguments: [
            (.es256, 16), (.ps256, 16), (.rs256, 16), (.edDSA, 32),
        ] as [(Algorithm, Int)]
    )
    func `AZ-27 the hash is the one of the algorithm of the token itself`(algorithm: Algorithm, count: Int) throws {
        let claims = try claims(.code(Self.code, state: "s"), algorithm: algorithm)
        for name in ["c_hash", "s_hash"] as [WireText] {
            let hash = try #require(claims[name]?.text)
            #expect(Base64URL.decode(hash)?.count == count)
        }
        if algorithm == .edDSA {
            let half = Array(Digest.sha512(Self.code).prefix(32))
            #expect(claims["c_hash"]?.text == WireText(Base64URL.encode(half)))
        }
    }

    @Test
    func `a token beside no state says nothing of one`() throws {
        #expect(try claims(.code(Self.code, state: nil))["s_hash"] == nil)
    }

    @Test
    func `AZ-27 what stands beside a code is not beside an access token, and the reverse`() throws {
        let front = try claims(.code(Self.code, state: "s"))
        #expect(front["at_hash"] == nil)
        #expect(front["http://openbanking.org.uk/refresh_token_expires_at"] == nil)
        let back = try claims(.accessToken("a.b.c", refreshTokenExpires: .noon + 9))
        #expect(back["c_hash"] == nil)
        #expect(back["s_hash"] == nil)
        #expect(back["at_hash"] != nil)
        #expect(back["http://openbanking.org.uk/refresh_token_expires_at"]?.integer == Timestamp.noon.seconds + 9)
    }

    @Test
    func `a plain login says nothing of consents`() throws {
        let login = TokenFamily.sample(intent: nil, nonce: nil)
        let claims = try claims(.accessToken("a.b.c", refreshTokenExpires: .noon + 9), family: login)
        for name in ["openbanking_intent_id", "nonce", "http://openbanking.org.uk/refresh_token_expires_at"]
            as [WireText]
        {
            #expect(claims[name] == nil)
        }
    }

    @Test(arguments: NaughtyStrings.all)
    func `AZ-51 a nonce comes back byte by byte`(nonce: WireText) throws {
        let token = try claims(.code(Self.code, state: nonce), family: .sample(nonce: nonce))
        #expect(token["nonce"]?.text == nonce)
    }

    @Test
    func `AZ-54 the time of the login is the family's, and not the token's`() throws {
        let token = IDToken(
            .sample,
            subject: "psu-anna",
            issuer: .sample,
            beside: .code(Self.code, state: nil),
            lifetimes: Lifetimes(),
            at: .noon + 5_000
        )
        let claims = try JSONReader.read(token.claims(signedWith: .es256))
        #expect(claims["auth_time"]?.integer == Timestamp.noon.seconds - 30)
        #expect(claims["iat"]?.integer == Timestamp.noon.seconds + 5_000)
    }
}

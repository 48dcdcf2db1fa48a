import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct AccessTokenTests {
    static func token(
        _ subject: Issuance.Subject = .person(.sample),
        scope: Scope = ["openid", "accounts"],
        identifier: WireText = "jti-1",
        client: Client = .sample
    ) -> AccessToken {
        let issuance = Issuance(
            subject: subject,
            scope: scope,
            accessTokenExpires: .noon + 600,
            refreshToken: nil,
            changes: []
        )
        return AccessToken(
            issuance,
            client: client,
            subjects: .sample,
            issuer: .sample,
            identifier: identifier,
            at: .noon
        )
    }

    static let personal = token()
    static let login = token(.person(.sample(intent: nil)))
    static let ofClient = token(.client("tpp-1"), scope: ["accounts"])

    func claims(of token: AccessToken) throws -> JSON { try JSONReader.read(token.claims) }

    @Test
    func `a token names the consent, the decision and what RFC 9068 wants`() throws {
        let expected: JSON = [
            "iss": "https://bank.example", "sub": "psu-anna", "aud": "https://bank.example",
            "exp": .integer(Timestamp.noon.seconds + 600), "iat": .integer(Timestamp.noon.seconds), "jti": "jti-1",
            "client_id": "tpp-1", "scope": "openid accounts", "family_id": "family-1", "consent_id": "consent-1",
            "auth_time": .integer(Timestamp.noon.seconds - 30), "acr": "urn:assent:password",
            "status": TokenFamily.sample.place.claim(issuer: "https://bank.example"),
        ]
        #expect(try claims(of: Self.personal) == expected)
    }

    @Test
    func `TK-48 a client's token names the client, and nobody's decision`() throws {
        let claims = try claims(of: Self.ofClient)
        #expect(claims["sub"]?.text == "tpp-1")
        for name in ["family_id", "consent_id", "auth_time", "acr", "status"] as [WireText] {
            #expect(claims[name] == nil)
        }
    }

    @Test(arguments: [personal, login, ofClient, token(scope: []), token(.client("tpp-1"), scope: [])])
    func `what is written is read again`(token: AccessToken) throws {
        #expect(AccessToken(claims: try claims(of: token)) == token)
    }

    @Test(arguments: NaughtyStrings.all)
    func `whatever a name is made of, it is read again`(text: WireText) throws {
        let family = TokenFamily.sample(id: Identifier(text), person: Identifier(text), intent: Identifier(text))
        let token = Self.token(.person(family), identifier: text)
        #expect(AccessToken(claims: try claims(of: token)) == token)
    }

    @Test(
        arguments: [
            "iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "family_id", "consent_id", "auth_time",
            "acr",
        ] as [WireText]
    )
    func `IR-03 a claim of another type is not read as a missing one`(name: WireText) throws {
        for value in [.null, 7, true, ["x"], ["x": "y"], "x"] as [JSON] {
            let written = try claims(of: Self.personal)
            guard written[name]?.kind != value.kind else { continue }
            let changed = (written.members ?? []).map { $0.name == name ? JSON.Member(name, value) : $0 }
            #expect(AccessToken(claims: .object(changed)) == nil, "\(name) as \(value.kind)")
        }
    }

    @Test(
        arguments: ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "family_id", "auth_time", "acr"]
            as [WireText]
    )
    func `IR-03 a token without a claim that we always write is not ours`(name: WireText) throws {
        let left = (try claims(of: Self.personal).members ?? []).filter { $0.name != name }
        #expect(AccessToken(claims: .object(left)) == nil)
    }

    @Test
    func `IR-03 what is said of a decision is said whole or not at all`() throws {
        let written = try claims(of: Self.ofClient).members ?? []
        for member in [
            JSON.Member("consent_id", "consent-1"), .init("auth_time", 7), .init("acr", "x"),
        ] {
            #expect(AccessToken(claims: .object(written + [member])) == nil)
        }
    }

    @Test
    func `TK-48 a token without a decision speaks for its own client only`() throws {
        let written = try claims(of: Self.ofClient).members ?? []
        for subject in ["psu-anna", "tpp-2", "TPP-1", ""] as [WireText] {
            let changed = written.map { $0.name == "sub" ? JSON.Member("sub", .text(subject)) : $0 }
            #expect(AccessToken(claims: .object(changed)) == nil)
        }
    }

    @Test(arguments: ["", " ", "a  b", "a\"b", "a a"] as [WireText])
    func `IR-03 a scope that we would not write is not ours`(scope: WireText) throws {
        let changed = (try claims(of: Self.personal).members ?? [])
            .map { $0.name == "scope" ? JSON.Member("scope", .text(scope)) : $0 }
        #expect(AccessToken(claims: .object(changed)) == nil)
    }

    @Test(arguments: [.null, 7, "x", [], [:], ["x": "y"]] as [JSON])
    func `what is no token is not read`(claims: JSON) {
        #expect(AccessToken(claims: claims) == nil)
    }

    @Test
    func `a token is remembered by its name`() {
        #expect(Self.personal.fingerprint == Fingerprint(of: "jti-1"))
        #expect(AccessToken.type == "at+jwt")
    }
}

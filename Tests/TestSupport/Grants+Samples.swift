package import Crypto
package import OAuth
package import Text

extension TokenFamily {
    /// What follows from one decision at noon: a consent of `psu-anna` for the sample client.
    package static let sample = TokenFamily.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<TokenFamily> = "family-1",
        client: Identifier<Client> = "tpp-1",
        person: Identifier<Person> = "psu-anna",
        intent: Identifier<Intent>? = "consent-1",
        scope: Scope = ["openid", "accounts"],
        redirectURI: WireText = "https://c.example/cb",
        nonce: WireText? = "n-0S6_WzA2Mj",
        sid: WireText? = "login-1",
        claims: GrantedClaims = .none,
        expires: Timestamp = .noon + Timestamp.days(90),
        revoked: Timestamp? = nil,
        details: AuthorizationDetails = .none,
        resources: [WireText] = [],
        place: StatusPlace? = nil
    ) -> TokenFamily {
        TokenFamily(
            id: id,
            client: client,
            person: person,
            intent: intent,
            scope: scope,
            redirectURI: redirectURI,
            nonce: nonce,
            authenticated: .noon - 30,
            acr: "urn:assent:password",
            sid: sid,
            created: .noon,
            expires: expires,
            revoked: revoked,
            details: details,
            resources: resources,
            claims: claims,
            place: place
        )
    }
}

extension CodeRecord {
    /// The words of the code and of its verifier.
    package static let sampleCode: WireText = "SplxlOBeZQQYbYS6WxSbIAAAAAAAAAAAAAAAAAAAAAA"
    package static let sampleVerifier: WireText = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    /// A code issued at noon, for a minute.
    package static let sample = CodeRecord.sample()

    /// The sample with something changed.
    package static func sample(
        family: TokenFamily = .sample,
        challenge: Challenge? = .sample,
        certificate: Fingerprint? = nil,
        proofKey: Fingerprint? = nil,
        state: WireText? = nil,
        expires: Timestamp = .noon + 60,
        spent: Timestamp? = nil
    ) -> CodeRecord {
        CodeRecord(
            fingerprint: Fingerprint(of: sampleCode),
            family: family,
            challenge: challenge,
            certificate: certificate,
            proofKey: proofKey,
            state: state,
            expires: expires,
            spent: spent
        )
    }
}

extension Challenge {
    /// The challenge of RFC 7636 appendix B, whose verifier is `CodeRecord.sampleVerifier`.
    package static let sampleText: WireText = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    /// The same, read.
    package static let sample: Challenge = {
        guard let bytes = Base64URL.decode(sampleText), let challenge = Challenge(bytes: bytes) else {
            preconditionFailure("The challenge of RFC 7636 appendix B is one.")
        }
        return challenge
    }()
}

extension RefreshRecord {
    /// The words of the refresh token.
    package static let sampleToken: WireText = "8xLOxBtZp8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    /// A refresh token of the sample family.
    package static let sample = RefreshRecord.sample()

    /// The sample with something changed.
    package static func sample(
        family: TokenFamily = .sample,
        confirmation: Confirmation? = nil,
        expires: Timestamp? = nil,
        spent: Timestamp? = nil
    ) -> RefreshRecord {
        RefreshRecord(
            fingerprint: Fingerprint(of: sampleToken),
            family: family,
            confirmation: confirmation,
            expires: expires ?? family.expires,
            spent: spent
        )
    }
}

extension Standing {
    /// The consent of the sample family, in force.
    package static let sample = Standing.sample()

    /// The sample with something changed.
    package static func sample(
        client: Identifier<Client> = "tpp-1",
        person: Identifier<Person>? = "psu-anna",
        isInForce: Bool = true,
        expires: Timestamp? = nil
    ) -> Standing {
        Standing(client: client, person: person, isInForce: isInForce, expires: expires)
    }
}

extension Session {
    /// Anna's login, half a minute old at noon.
    package static let sample = Session.sample()

    /// The sample with something changed.
    package static func sample(
        sid: WireText = "login-1",
        person: Identifier<Person> = "psu-anna",
        authenticated: Timestamp = .noon - 30,
        acr: WireText = "urn:assent:password",
        credential: Fingerprint = Fingerprint(of: "password"),
        expires: Timestamp = .noon + 1_770
    ) -> Session {
        Session(
            fingerprint: Fingerprint(of: WireText("cookie of \(person)")),
            sid: sid,
            person: person,
            authenticated: authenticated,
            acr: acr,
            credential: credential,
            expires: expires
        )
    }
}

extension Circumstances {
    /// Anna and the sample client.
    package static let sample = Circumstances.sample()

    /// The sample with something changed.
    package static func sample(
        person: Identifier<Person> = "psu-anna",
        client: Identifier<Client> = "tpp-1",
        redirectURI: WireText = "https://c.example/cb",
        credential: Fingerprint = Fingerprint(of: Client.sampleSecret)
    ) -> Circumstances {
        Circumstances(person: person, client: client, redirectURI: redirectURI, credential: credential)
    }
}

extension Issuer {
    /// Our name in tests.
    package static let sample: Issuer = {
        guard let issuer = Issuer("https://bank.example") else {
            preconditionFailure("The sample's issuer is one.")
        }
        return issuer
    }()
}

extension Resources {
    /// Ourselves, and two of the bank's.
    package static let sample = Resources(
        issuer: .sample,
        listed: ["https://api.bank.example/accounts", "https://api.bank.example/other"]
    )
}

extension AccountInformation {
    /// What was granted at noon: everything, for two accounts.
    package static let sample = AccountInformation(
        actions: Action.allCases,
        dataTypes: DataType.allCases,
        validUntil: .noon + Timestamp.days(90),
        accounts: ["account-1", "account-2"]
    )
}

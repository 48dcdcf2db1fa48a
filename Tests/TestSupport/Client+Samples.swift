import Crypto
package import JOSE
package import OAuth
package import Text

extension Client {
    /// A third party as most are: confidential, open banking and login, everything allowed.
    package static let sample = Client.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<Client> = "tpp-1",
        isEnabled: Bool = true,
        display: DisplayName = .sample,
        authentication: Authentication = .secretBasic(ClientSecret(Fingerprint(of: Client.sampleSecret))),
        redirectURIs: [RedirectURI] = [.sample],
        grantTypes: Set<GrantType> = ["authorization_code", "refresh_token", "client_credentials"],
        responseTypes: Set<ResponseType> = [.code, .codeIDToken],
        scope: Scope = ["openid", "accounts", "offline_access"],
        profile: Profile = .oauth21,
        idTokenAlgorithm: Algorithm = .es256,
        idTokenEncryption: Encryption? = nil,
        introspectsAll: Bool = false,
        frontChannel: FrontChannel = FrontChannel(),
        consentAPIs: ConsentAPIs = ConsentAPIs(),
        backchannel: BackchannelRegistration? = nil,
        senderConstraint: Profile.SenderConstraint? = nil,
        granting: Granting = Granting(),
        subjects: SubjectType = .public,
        links: ClientLinks = ClientLinks(),
        answers: AnswerFormats = AnswerFormats(),
        logout: LogoutRegistration = LogoutRegistration()
    ) -> Client {
        Client(
            id: id,
            isEnabled: isEnabled,
            display: display,
            authentication: authentication,
            redirectURIs: redirectURIs,
            grantTypes: grantTypes,
            responseTypes: responseTypes,
            scope: scope,
            profile: profile,
            idTokenAlgorithm: idTokenAlgorithm,
            idTokenEncryption: idTokenEncryption,
            introspectsAll: introspectsAll,
            frontChannel: frontChannel,
            consentAPIs: consentAPIs,
            backchannel: backchannel,
            senderConstraint: senderConstraint,
            granting: granting,
            subjects: subjects,
            links: links,
            answers: answers,
            logout: logout
        )
    }

    /// Another third party, with its own name and redirect URI.
    package static let other = Client.sample(id: "tpp-2", redirectURIs: ["https://other.example/cb"])

    /// The secret of which the sample keeps the fingerprint.
    package static let sampleSecret: WireText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
}

extension Subjects {
    /// With a key that tests know.
    package static let sample = Subjects(key: HMACKey([4, 5, 6]))
}

extension DisplayName {
    /// The name of the sample client.
    package static let sample: DisplayName = {
        guard let name = DisplayName(tradingName: "ABC Trades", agent: nil) else {
            preconditionFailure("The sample's name can be shown.")
        }
        return name
    }()
}

extension RedirectURI {
    /// The one of the sample client: `https://c.example/cb`.
    package static let sample: RedirectURI = "https://c.example/cb"
}

extension RedirectURI: ExpressibleByStringLiteral {
    /// One that is known to be good, of a client that is not native.
    package init(stringLiteral value: String) {
        do { try self.init(registering: WireText(value), portIsFree: false) } catch {
            preconditionFailure("A redirect URI in a test's fixture can be registered.")
        }
    }
}

extension Scope: ExpressibleByArrayLiteral {
    /// Values that are known to be good.
    package init(arrayLiteral values: WireText...) {
        self.init(values)
    }
}

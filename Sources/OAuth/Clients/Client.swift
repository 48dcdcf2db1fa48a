package import Crypto
package import JOSE
package import Text

/// A registered client.
///
/// A class, because many hold the same one and nobody changes it: a copy is one count and not one for each part.
package final class Client: Sendable {
    /// Its `client_id`.
    package let id: Identifier<Client>
    /// A disabled client is answered like an unknown one.
    package let isEnabled: Bool
    /// What pages call it.
    package let display: DisplayName
    /// How it proves who it is.
    package let authentication: Authentication
    /// Where its answers may go.
    package let redirectURIs: [RedirectURI]
    /// Which grants it may use.
    package let grantTypes: Set<GrantType>
    /// What it may ask to come back.
    package let responseTypes: Set<ResponseType>
    /// What it may ask for at the most.
    package let scope: Scope
    /// How strictly it is held.
    package let profile: Profile
    /// `id_token_signed_response_alg`.
    package let idTokenAlgorithm: Algorithm
    /// How it knows people.
    package let subjects: SubjectType
    /// Whether the bank knows that this is another way than before.
    package let changesSubjects: Bool
    /// What it says of itself on the web.
    package let links: ClientLinks
    /// To what its tokens are bound, if it registered that; a proof of possession binds them in any case.
    package let senderConstraint: Profile.SenderConstraint?
    /// What it wants when a login ends.
    package let logout: LogoutRegistration
    /// How its ID tokens are encrypted, if they are.
    package let idTokenEncryption: Encryption?
    /// Whether it may ask about tokens of other clients, as a resource server does.
    package let introspectsAll: Bool
    /// How its authorization requests come.
    package let frontChannel: FrontChannel
    /// How it asks people without a browser of theirs, if it does: OpenID CIBA.
    package let backchannel: BackchannelRegistration?
    /// How it is known to the other consent APIs, and what it does there.
    package let consentAPIs: ConsentAPIs
    /// What else than scopes it may be granted.
    package let granting: Granting
    /// In which form it is answered.
    package let answers: AnswerFormats
    /// Where its keys are fetched from, if they are.
    package let remoteKeys: RemoteKeys?
    /// How often it may call.
    package let requestLimit: RequestLimit
    /// How it registered itself; absent for a client of the bank's own files.
    package let registration: Registration?

    /// How it proves who it is; one way only, so that nobody can choose a weaker one.
    package enum Authentication: Sendable {
        case none
        case secretBasic(ClientSecret<Fingerprint>)
        case secretPost(ClientSecret<Fingerprint>)
        case secretJWT(ClientSecret<SealedSecret>)
        case privateKeyJWT(JWKSet)
        case mutualTLS(CertificateName)
        case selfSignedTLS([SelfSignedTLS.Registered])
    }

    /// How often a client may call.
    package enum RequestLimit: Sendable, Hashable {
        /// As the configuration has it for all.
        case standard
        /// `requests_per_second` and `requests_at_once`.
        case own(RateLimit)
        /// As often as it likes.
        case none
    }

    /// How a token for it is encrypted after it was signed.
    package struct Encryption: Sendable {
        /// `id_token_encrypted_response_alg`.
        package let algorithm: KeyEncryption
        /// `id_token_encrypted_response_enc`.
        package let content: ContentEncryption
        /// Its keys, of which one is to encrypt to.
        package let keys: JWKSet

        /// A way to encrypt; `ClientMetadata` makes sure that there is one key for it.
        package init(algorithm: KeyEncryption, content: ContentEncryption, keys: JWKSet) {
            self.algorithm = algorithm
            self.content = content
            self.keys = keys
        }
    }

    /// Puts a client together; `ClientMetadata` reads one.
    package init(
        id: Identifier<Client>,
        isEnabled: Bool,
        display: DisplayName,
        authentication: Authentication,
        redirectURIs: [RedirectURI],
        grantTypes: Set<GrantType>,
        responseTypes: Set<ResponseType>,
        scope: Scope,
        profile: Profile,
        idTokenAlgorithm: Algorithm,
        idTokenEncryption: Encryption?,
        introspectsAll: Bool,
        frontChannel: FrontChannel = FrontChannel(),
        consentAPIs: ConsentAPIs = ConsentAPIs(),
        backchannel: BackchannelRegistration? = nil,
        senderConstraint: Profile.SenderConstraint? = nil,
        granting: Granting = Granting(),
        subjects: SubjectType = .public,
        links: ClientLinks = ClientLinks(),
        changesSubjects: Bool = false,
        answers: AnswerFormats = AnswerFormats(),
        logout: LogoutRegistration = LogoutRegistration(),
        remoteKeys: RemoteKeys? = nil,
        requestLimit: RequestLimit = .standard,
        registration: Registration? = nil
    ) {
        self.id = id
        self.isEnabled = isEnabled
        self.display = display
        self.authentication = authentication
        self.redirectURIs = redirectURIs
        self.grantTypes = grantTypes
        self.responseTypes = responseTypes
        self.scope = scope
        self.profile = profile
        self.idTokenAlgorithm = idTokenAlgorithm
        self.idTokenEncryption = idTokenEncryption
        self.introspectsAll = introspectsAll
        self.frontChannel = frontChannel
        self.consentAPIs = consentAPIs
        self.backchannel = backchannel
        self.senderConstraint = senderConstraint
        self.granting = granting
        self.subjects = subjects
        self.links = links
        self.changesSubjects = changesSubjects
        self.answers = answers
        self.logout = logout
        self.remoteKeys = remoteKeys
        self.requestLimit = requestLimit
        self.registration = registration
    }
}

extension Client.Authentication {
    /// Its name in `token_endpoint_auth_method`.
    package var method: WireText {
        switch self {
        case .none: "none"
        case .secretBasic: "client_secret_basic"
        case .secretPost: "client_secret_post"
        case .secretJWT: SecretJWT.method
        case .privateKeyJWT: "private_key_jwt"
        case .mutualTLS: MutualTLS.method
        case .selfSignedTLS: SelfSignedTLS.method
        }
    }

    /// Whether it is by the certificate of the connection: RFC 8705 §2.
    package var isByCertificate: Bool {
        switch self {
        case .mutualTLS, .selfSignedTLS: true
        case .none, .secretBasic, .secretPost, .secretJWT, .privateKeyJWT: false
        }
    }
}

extension Client {
    /// Whether an answer may go there: RFC 6749 §3.1.2.3.
    package func allowsRedirect(to uri: WireText) -> Bool {
        redirectURIs.contains { $0.matches(uri) }
    }

    /// Whether it is one of the bank's own systems, which ask about what third parties have.
    package var isOfBank: Bool {
        introspectsAll || !consentAPIs.bankRoles.isEmpty || consentAPIs.institution != nil
    }

    /// Whether it cannot prove who it is: RFC 6749 §2.1.
    package var isPublic: Bool {
        guard case .none = authentication else { return false }
        return true
    }
}

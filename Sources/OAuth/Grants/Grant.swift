package import Crypto
package import Text

/// What every grant is: facts loaded, then a decision without the world.
package protocol Grant: Sendable {
    /// What it must know to decide.
    associatedtype Facts: Sendable

    /// The value of `grant_type`.
    static var type: GrantType { get }
    /// Whether a refresh token may come of it, for which there must be a random value.
    static var givesRefreshTokens: Bool { get }

    init()

    /// Asks the store, and decides nothing.
    func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> Facts

    /// Decides from request and facts alone; nothing is spent before the changes are kept.
    func decide(_ request: TokenRequest, _ facts: Facts) throws(Refusal) -> Issuance
}

extension Grant {
    /// Most do.
    package static var givesRefreshTokens: Bool { true }
}

/// A request to the token endpoint by an authenticated client, with the time and the random values
/// that its answer may need.
package struct TokenRequest: Sendable {
    /// What was sent.
    package let fields: TokenFields
    /// Who sent it, and proved to be who it is.
    package let client: Client
    /// SHA-256 of the certificate of the connection, if there was one.
    package let certificate: Fingerprint?
    /// The key of which the request carries a proof, if it does.
    package let proofKey: Fingerprint?
    /// Whom tokens may be for.
    package let resources: Resources
    /// The token that it is about, where it carries one: RFC 8693 §2.1.
    package let subject: Subject?
    /// Whose word about people is believed: RFC 7523 §2.1.
    package let trusted: TrustedIssuers

    /// A token of ours by its signature, which may have ended since.
    package struct Subject: Sendable {
        let token: AccessToken
        let client: Client?
        let subjects: Subjects

        /// - Parameters:
        ///   - client: Whose it is, as registered now.
        ///   - subjects: What people are called.
        package init(token: AccessToken, client: Client?, subjects: Subjects) {
            self.token = token
            self.client = client
            self.subjects = subjects
        }
    }

    /// How long what is issued may live.
    package let lifetimes: Lifetimes
    /// When it came.
    package let now: Timestamp
    /// When the client last asked with the code that it asks with now, as far as we remember.
    package let lastPoll: Timestamp?
    /// A value nobody has seen, for the refresh token if there will be one; absent where none may be.
    package let freshToken: WireText?

    /// A request, read; nothing of it is decided.
    package init(
        fields: TokenFields,
        client: Client,
        certificate: Fingerprint?,
        proofKey: Fingerprint? = nil,
        resources: Resources = .none,
        subject: Subject? = nil,
        trusted: TrustedIssuers = .none,
        lifetimes: Lifetimes,
        now: Timestamp,
        lastPoll: Timestamp? = nil,
        freshToken: WireText?
    ) {
        self.fields = fields
        self.client = client
        self.certificate = certificate
        self.proofKey = proofKey
        self.resources = resources
        self.subject = subject
        self.trusted = trusted
        self.lifetimes = lifetimes
        self.now = now
        self.lastPoll = lastPoll
        self.freshToken = freshToken
    }
}

extension TokenRequest {
    /// To what the tokens will be bound that come of it.
    func confirmation() throws(Refusal) -> Confirmation? {
        try Confirmation.decide(for: client, certificate: certificate, key: proofKey)
    }

    /// What it wants of the details that were granted: RFC 9396 §6.1; all of them, unless it says less.
    ///
    /// - Parameter types: What the client may ask for, unless that is what it is registered for.
    func details(
        within granted: AuthorizationDetails,
        types: Set<WireText>? = nil
    ) throws(Refusal) -> AuthorizationDetails {
        let asked = try AuthorizationDetails(
            fields[.authorizationDetails],
            asking: .token,
            types: types ?? client.granting.detailTypes,
            resources: resources
        )
        return asked.isEmpty ? granted : try granted.narrowed(to: asked)
    }
}

/// What a grant has decided to issue, once its changes are kept.
package struct Issuance: Sendable {
    /// For whom the tokens speak.
    package let subject: Subject
    /// What they open.
    package let scope: Scope
    /// The same in typed objects: RFC 9396.
    package let details: AuthorizationDetails
    /// The grant behind it, where the client manages its grants: Grant Management for OAuth 2.0 §5.4.
    package let grant: Identifier<Intent>?
    /// Whom they are for: RFC 8707; none for us alone.
    package let resources: [WireText]
    /// Who acts for the person, the last first: RFC 8693 §4.1; nobody but the client where it is empty.
    package let actors: [Identifier<Client>]
    /// To what they are bound.
    package let confirmation: Confirmation?
    /// When the access token ends.
    package let accessTokenExpires: Timestamp
    /// The refresh token that goes with it, if one does.
    package let refreshToken: RefreshToken?
    /// What must be kept before anything leaves, in this order.
    package let changes: [Change]
    /// Whether it goes on with what was issued before.
    package let isRenewal: Bool
    /// The request by the back channel that they answer, which the ID token names.
    package var authReqID: WireText?

    /// For whom the tokens speak.
    package enum Subject: Sendable, Hashable {
        case client(Identifier<Client>)
        case person(TokenFamily)
    }

    /// A refresh token on its way out; the store sees its fingerprint only.
    package struct RefreshToken: Sendable, Hashable {
        /// The words of it.
        package let value: WireText
        /// When it ends.
        package let expires: Timestamp
    }

    /// A decision; making one changes nothing.
    package init(
        subject: Subject,
        scope: Scope,
        details: AuthorizationDetails = .none,
        grant: Identifier<Intent>? = nil,
        resources: [WireText] = [],
        actors: [Identifier<Client>] = [],
        confirmation: Confirmation? = nil,
        accessTokenExpires: Timestamp,
        refreshToken: RefreshToken?,
        changes: [Change],
        isRenewal: Bool = false
    ) {
        self.subject = subject
        self.scope = scope
        self.details = details
        self.grant = grant
        self.resources = resources
        self.actors = actors
        self.confirmation = confirmation
        self.accessTokenExpires = accessTokenExpires
        self.refreshToken = refreshToken
        self.changes = changes
        self.isRenewal = isRenewal
    }
}

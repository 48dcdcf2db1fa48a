package import Crypto
package import JOSE
package import Text

/// What a client asks to become: RFC 7591 §2, read as §2 and §3.2 want it.
///
/// A client may say what it is, and what it is allowed stays with the bank: what we do not know, and what only the
/// bank says, is passed over; what is beyond the policy is cut or refused; what contradicts is refused.
package struct RegistrationRequest: Sendable {
    private let members: [JSON.Member]

    /// Keeps of a request what a client may choose.
    package init(_ json: JSON) throws(RegistrationRefusal) {
        try self.init(json, granting: [])
    }

    /// - Parameter given: What somebody vouches for whom the bank believes, in the place of what the client says.
    init(_ json: JSON, granting given: [(name: WireText, value: JSON)]) throws(RegistrationRefusal) {
        guard let members = json.members else {
            throw .metadata(ClientMetadata.Problem("", "The request must be a JSON object."))
        }
        // RFC 7592 §2.2: null is as if it had been left out.
        let own = members.filter { member in
            ClientMetadata.isRegistrable(member.name) && !given.contains { $0.name == member.name }
        }
        self.members = (own + given.map { JSON.Member($0.name, $0.value) }).filter { $0.value != .null }
    }

    /// What the bank and its keys allow, and the names that are ours to give.
    package struct Grounds: Sendable {
        let policy: RegistrationPolicy
        let algorithms: [Algorithm]

        /// - Parameter algorithms: What we have keys to sign with.
        package init(policy: RegistrationPolicy, algorithms: [Algorithm]) {
            self.policy = policy
            self.algorithms = algorithms
        }
    }

    /// Whether the client is to have a secret.
    package var needsSecret: Bool {
        method == "client_secret_basic" || method == "client_secret_post" || needsSealedSecret
    }

    /// Whether that secret must be read again, for it is the key of the client's assertions.
    package var needsSealedSecret: Bool { method == SecretJWT.method }

    private var method: WireText { self["token_endpoint_auth_method"]?.text ?? "client_secret_basic" }

    /// A secret as a registration keeps it.
    package enum KeptSecret: Sendable, Hashable {
        case digest(Fingerprint)
        case sealed(SealedSecret)

        fileprivate var member: JSON.Member {
            switch self {
            case .digest(let digest): JSON.Member("client_secret_sha256", .text(WireText(Hex.encode(digest.bytes))))
            case .sealed(let secret): JSON.Member("client_secret_sealed", .text(secret.text))
            }
        }
    }

    /// A member that the client has chosen.
    package subscript(name: WireText) -> JSON? { members.first { $0.name == name }?.value }

    /// The client that is to be kept, every default written out: RFC 7591 §3.2.1.
    ///
    /// - Parameter secret: Its secret as it is kept, where it has one.
    package func client(
        _ id: Identifier<Client>,
        on grounds: Grounds,
        secret: KeptSecret?,
        accessToken: Fingerprint,
        issued: Timestamp,
        version: Int = 1
    ) throws(RegistrationRefusal) -> RegisteredClient {
        var document = JSON.object([JSON.Member("client_id", .text(id.text))] + members)
        if let secret { document = document.setting(secret.member.name, secret.member.value) }
        document = document.setting("profile", .text(WireText(grounds.policy.profile.rawValue)))
        document = document.setting("scope", .text(try scope(on: grounds).text))
        // Consents in the request itself are of the same kind as those of the scope.
        if !grounds.policy.scope.contains(Scope.accounts) {
            document = document.removing("authorization_details_types")
        }
        let grantTypes = try grantTypes(on: grounds)
        document = document.setting("grant_types", .array(grantTypes.map { .text($0) }))
        document = document.setting("response_types", try responseTypes(for: grantTypes))
        for (name, standard) in [
            ("token_endpoint_auth_method", "client_secret_basic"), ("application_type", "web"),
            ("id_token_signed_response_alg", grounds.standardAlgorithm),
        ] as [(WireText, WireText)] where self[name] == nil {
            document = document.setting(name, .text(standard))
        }
        let client: Client
        do { client = try ClientMetadata.read(document) } catch { throw RegistrationRefusal(error) }
        // OpenID Connect Registration §2: what is no https is an application on somebody's own machine.
        if document["application_type"] == "web" {
            for uri in client.redirectURIs where URIReference(uri.text)?.scheme != "https" {
                throw .redirectURI("\(uri.text) cannot be registered: it is not https, and application_type is web.")
            }
        }
        for algorithm in client.signingAlgorithms where !grounds.algorithms.contains(algorithm) {
            throw Self.refusal("id_token_signed_response_alg", "This server has no key for \(algorithm.name).")
        }
        let bytes = JSONWriter.write(document)
        guard bytes.count <= Limits.registrationBytes, let text = WireText(bytes) else {
            throw Self.refusal("", "The registration is longer than \(Limits.registrationBytes) bytes.")
        }
        return RegisteredClient(
            id: id,
            document: text,
            policy: grounds.policy,
            accessToken: accessToken,
            issued: issued,
            version: version
        )
    }

    /// RFC 7591 §2: a server may register less than was asked for, and says so in its answer.
    private func scope(on grounds: Grounds) throws(RegistrationRefusal) -> Scope {
        guard let value = self["scope"] else { return grounds.policy.scope }
        guard let asked = value.text.flatMap({ Scope($0) }) else {
            throw Self.refusal("scope", "It must be values between single spaces.")
        }
        let allowed = Scope(asked.values.filter(grounds.policy.scope.contains))
        guard !allowed.isEmpty else { throw Self.refusal("scope", "It holds nothing that may be registered.") }
        return allowed
    }

    private func grantTypes(on grounds: Grounds) throws(RegistrationRefusal) -> [WireText] {
        guard let value = self["grant_types"] else { return ["authorization_code"] }
        guard let names = value.texts else { throw Self.refusal("grant_types", "It must be an array of strings.") }
        for name in names where !grounds.policy.grantTypes.contains(name) {
            throw Self.refusal("grant_types", "\(name) may not be registered.")
        }
        return names
    }

    /// RFC 7591 §2.1: response types and grants must fit each other.
    private func responseTypes(for grantTypes: [WireText]) throws(RegistrationRefusal) -> JSON {
        let asksPeople = grantTypes.contains("authorization_code")
        guard let value = self["response_types"] else { return asksPeople ? ["code"] : [] }
        if !asksPeople, value.texts?.contains(where: { $0.hasPrefix("code") }) == true {
            throw Self.refusal("response_types", "The response type code needs the grant authorization_code.")
        }
        return value
    }

    private static func refusal(_ member: WireText, _ sentence: String) -> RegistrationRefusal {
        .metadata(ClientMetadata.Problem(member, sentence))
    }
}

extension RegistrationRequest.Grounds {
    /// OpenID Connect Registration §2 says RS256; where the profile or our keys do not have it, what they have.
    fileprivate var standardAlgorithm: WireText {
        let allowed = policy.profile.demands.algorithms
        let order: [Algorithm] = [.rs256, .es256, .ps256, .edDSA]
        return order.first { allowed.contains($0) && algorithms.contains($0) }?.name ?? Algorithm.es256.name
    }
}

extension Client {
    /// What we must be able to sign with for it.
    package var signingAlgorithms: Set<Algorithm> {
        let others = [
            frontChannel.answerAlgorithm, answers.userInfo?.algorithm, answers.introspection?.algorithm,
        ]
        return Set([idTokenAlgorithm] + others.compactMap { $0 })
    }
}

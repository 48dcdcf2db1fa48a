import Crypto
import JOSE
package import Text

/// A registration document: RFC 7591 §2, read strictly.
///
/// Names beyond RFC 7591 and the specifications that add to it are `client_secret_sha256` (hexadecimal; the secret itself
/// is never kept), `client_secret_sealed` (for `client_secret_jwt` alone), those of a previous secret, `on_behalf_of`, `introspects_all`, `disabled`, `changes_subjects`,
/// `requests_per_second`, `requests_at_once`, and those of `ConsentAPIs`.
package enum ClientMetadata {
    /// What is wrong with a document, and at which member.
    package struct Problem: Error, Sendable, Hashable {
        /// The member that is wrong; empty for the document itself.
        package let member: WireText
        /// What is wrong with it.
        package let sentence: String

        /// Something wrong at a member.
        package init(_ member: WireText, _ sentence: String) {
            self.member = member
            self.sentence = sentence
        }
    }

    /// The client that a document describes, or the first thing that is wrong with it.
    ///
    /// - Parameters:
    ///   - fetched: The keys at its `jwks_uri`, once they are known.
    ///   - registration: How it came to be, where it registered itself.
    package static func read(
        _ document: JSON,
        fetched: JSON? = nil,
        registration: Registration? = nil
    ) throws(Problem) -> Client {
        guard let members = document.members else { throw Problem("", "The document must be an object.") }
        for member in members where !isRegistrable(member.name) && !reserved.contains(member.name) {
            throw Problem(member.name, "This member is not known.")
        }
        let remoteKeys = try remoteKeys(document)
        let document = remoteKeys == nil ? document : document.setting("jwks", fetched ?? unfetched)
        let id = try identifier(document)
        let isNative = try isNative(document)
        let redirectURIs = try redirectURIs(document, isNative: isNative)
        let authentication = try authentication(document)
        let grantTypes = try grantTypes(document)
        let responseTypes = try responseTypes(document)

        // RFC 7591 §2.1: what contradicts is refused, and nothing is left to be guessed.
        if grantTypes.contains(AuthorizationCodeGrant.type) {
            guard !redirectURIs.isEmpty else {
                throw Problem("redirect_uris", "The grant authorization_code needs at least one redirect URI.")
            }
        }
        if case .none = authentication, grantTypes.contains(ClientCredentialsGrant.type) {
            throw Problem("grant_types", "A client without authentication cannot use client_credentials.")
        }
        let scope = try scope(document)
        let consentAPIs = try consentAPIs(document, authentication)
        if consentAPIs.merchant != nil { try requireMerchant(authentication, redirectURIs, responseTypes, scope) }
        let profile = try profile(document)
        let client = Client(
            id: id,
            isEnabled: !(try boolean(document, "disabled")),
            display: try display(document, id),
            authentication: authentication,
            redirectURIs: redirectURIs,
            grantTypes: grantTypes,
            responseTypes: responseTypes,
            scope: scope,
            profile: profile,
            idTokenAlgorithm: try algorithm(document, "id_token_signed_response_alg"),
            idTokenEncryption: try encryption(document, "id_token_encrypted_response"),
            introspectsAll: try boolean(document, "introspects_all"),
            frontChannel: try frontChannel(document, profile),
            consentAPIs: consentAPIs,
            backchannel: try backchannel(document, grantTypes, authentication, profile),
            senderConstraint: try senderConstraint(document),
            granting: try granting(document, grantTypes),
            subjects: try subjects(document, redirectURIs),
            links: try links(document),
            changesSubjects: try boolean(document, "changes_subjects"),
            answers: try answers(document, profile),
            logout: try logout(document, redirectURIs),
            remoteKeys: remoteKeys,
            requestLimit: try requestLimit(document),
            registration: registration
        )
        try client.profile.demands.requireFit(of: client, isNative: isNative)
        return client
    }

    /// What a client may say of itself, in a file or when it registers itself.
    static func isRegistrable(_ name: WireText) -> Bool {
        registrable.contains(name) || name.isTranslatedClientName || linkMembers.contains(name)
            || answerMembers.contains(name)
            || logoutMembers.contains(name) || backchannelMembers.contains(name)
    }

    private static let registrable: Set<WireText> = [
        "client_name", "token_endpoint_auth_method", "redirect_uris",
        "grant_types", "response_types", "scope", "jwks", "jwks_uri", "id_token_signed_response_alg",
        "id_token_encrypted_response_alg", "id_token_encrypted_response_enc", "application_type",
        "require_pushed_authorization_requests",
        "require_signed_request_object", "request_object_signing_alg", "request_object_encryption_alg",
        "request_object_encryption_enc", "authorization_signed_response_alg",
        "authorization_encrypted_response_alg", "authorization_encrypted_response_enc",
        "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri",
        "tls_client_auth_san_ip", "tls_client_auth_san_email",
        "tls_client_certificate_bound_access_tokens", "dpop_bound_access_tokens",
        "authorization_details_types", "subject_type", "sector_identifier_uri", "default_max_age", "require_auth_time",
        "default_acr_values",
    ]

    /// What only the bank says of a client, in a file of its own or in the answer to a registration.
    static let reserved: Set<WireText> = [
        "client_id", "client_secret_sha256", "client_secret_sealed", "client_secret_expires_at",
        "previous_client_secret_sha256", "previous_client_secret_sealed", "previous_client_secret_expires_at",
        "on_behalf_of", "introspects_all", "disabled",
        "profile", "merchant_id",
        "portal_token_sha256", "fi_reference_id", "bank_roles", "token_exchange_resources", "jwt_bearer_issuers",
        "changes_subjects", "requests_per_second", "requests_at_once",
        "software_id", "software_statement",
    ]

    private static func identifier(_ document: JSON) throws(Problem) -> Identifier<Client> {
        let text = try require(document, "client_id")
        guard text.isVisibleASCII, text.byteCount <= 128 else {
            throw Problem("client_id", "It must be 1 to 128 visible ASCII characters.")
        }
        // Subjects of clients and of persons must never meet in a token.
        guard !text.hasPrefix(Person.prefix) else { throw Problem("client_id", "It must not begin with psu-.") }
        return Identifier(text)
    }

    private static func display(_ document: JSON, _ id: Identifier<Client>) throws(Problem) -> DisplayName {
        let name = try text(document, "client_name") ?? id.text
        let agent = try text(document, "on_behalf_of")
        let translations = try translations(document)
        guard let display = DisplayName(tradingName: name, agent: agent, translations: translations) else {
            throw Problem("client_name", "A name must be 1 to 100 characters without controls and format characters.")
        }
        return display
    }

    /// RFC 7591 §2.2: `client_name#fr`; tags are alike whatever the case of their letters.
    private static func translations(_ document: JSON) throws(Problem) -> [WireText: WireText] {
        var names: [WireText: WireText] = [:]
        for member in document.members ?? [] where member.name.isTranslatedClientName {
            let tag = WireText(member.name.utf8.dropFirst(WireText.translatedClientName.byteCount)).lowercasedASCII
            guard let name = member.value.text, !tag.isEmpty, names.updateValue(name, forKey: tag) == nil,
                names.count <= Limits.clientNames
            else {
                throw Problem(member.name, "It must be one name for one language, of \(Limits.clientNames) at most.")
            }
        }
        return names
    }

    private static func isNative(_ document: JSON) throws(Problem) -> Bool {
        switch try text(document, "application_type") {
        case nil, "web": false
        // UK Open Banking says mobile.
        case "native", "mobile": true
        default: throw Problem("application_type", "It must be web or native.")
        }
    }

    private static func redirectURIs(_ document: JSON, isNative: Bool) throws(Problem) -> [RedirectURI] {
        var uris: [RedirectURI] = []
        for text in try texts(document, "redirect_uris") ?? [] {
            do { uris.append(try RedirectURI(registering: text, portIsFree: isNative)) } catch {
                throw Problem("redirect_uris", "\(text) cannot be registered: \(error.sentence)")
            }
        }
        return uris
    }

    private static func authentication(_ document: JSON) throws(Problem) -> Client.Authentication {
        let method = try text(document, "token_endpoint_auth_method") ?? "client_secret_basic"
        try requireSecretMembers(document, fit: method)
        let secret = try text(document, "client_secret_sha256")
        let keys = document["jwks"]
        let name = try certificateName(document)
        guard name == nil || method == MutualTLS.method else {
            throw Problem("token_endpoint_auth_method", "A name in certificates is for tls_client_auth only.")
        }
        let sealed = try text(document, "client_secret_sealed")
        guard sealed == nil || method == SecretJWT.method else {
            throw Problem("client_secret_sealed", "A secret that can be read again is for client_secret_jwt only.")
        }
        switch method {
        case "client_secret_basic": return .secretBasic(try digests(document))
        case "client_secret_post": return .secretPost(try digests(document))
        case "private_key_jwt":
            guard secret == nil else {
                throw Problem("client_secret_sha256", "A client with private_key_jwt has no secret.")
            }
            guard let keys else { throw Problem("jwks", "The method private_key_jwt needs the client's keys.") }
            return .privateKeyJWT(try keySet(keys))
        case MutualTLS.method:
            guard secret == nil else {
                throw Problem("client_secret_sha256", "A client with tls_client_auth has no secret.")
            }
            guard let name else {
                throw Problem(
                    "token_endpoint_auth_method",
                    "The method tls_client_auth needs one of \(names(CertificateName.members))."
                )
            }
            return .mutualTLS(name)
        case SelfSignedTLS.method:
            guard secret == nil else {
                throw Problem("client_secret_sha256", "A client with self_signed_tls_client_auth has no secret.")
            }
            guard let keys else {
                throw Problem("jwks", "The method self_signed_tls_client_auth needs the client's keys or certificates.")
            }
            guard keys != unfetched else { return .selfSignedTLS([]) }
            do { return .selfSignedTLS(try SelfSignedTLS.read(keys)) } catch { throw Problem("jwks", error.sentence) }
        case SecretJWT.method:
            guard secret == nil else {
                throw Problem("client_secret_sha256", "The secret of a client with client_secret_jwt is sealed.")
            }
            return .secretJWT(try sealedSecrets(document))
        case "none":
            guard secret == nil else {
                throw Problem("client_secret_sha256", "A client without authentication has no secret.")
            }
            return .none
        default:
            throw Problem(
                "token_endpoint_auth_method",
                "It must be one of \(names(ClientAuthentication.methods))."
            )
        }
    }

    /// RFC 8705 §3.4 and RFC 9449 §5.2: one of the two, so that nobody has to guess which one holds.
    private static func senderConstraint(_ document: JSON) throws(Problem) -> Profile.SenderConstraint? {
        let certificate = try boolean(document, "tls_client_certificate_bound_access_tokens")
        let proof = try boolean(document, "dpop_bound_access_tokens")
        guard !(certificate && proof) else {
            throw Problem("dpop_bound_access_tokens", "Tokens are bound to a certificate or to a key, not to both.")
        }
        return certificate ? .certificate : proof ? .proofOfPossession : nil
    }

    static func names(_ names: [WireText]) -> String { names.map(\.string).joined(separator: ", ") }

    /// RFC 8705 §2.1.2: one name, or a certificate with the weaker of two would do.
    private static func certificateName(_ document: JSON) throws(Problem) -> CertificateName? {
        let there = CertificateName.members.filter { document[$0] != nil }
        guard let member = there.first, let text = try text(document, member) else { return nil }
        guard there.count == 1 else {
            throw Problem(there[1], "Only one of \(names(CertificateName.members)) may be there.")
        }
        guard let name = CertificateName(member, text) else { throw Problem(member, "It is no name of that kind.") }
        return name
    }

    private static func consentAPIs(
        _ document: JSON,
        _ authentication: Client.Authentication
    ) throws(Problem) -> ConsentAPIs {
        var merchant: Int?
        if let value = document["merchant_id"] {
            guard let number = value.integer, number > 0 else {
                throw Problem("merchant_id", "It must be a whole number above 0.")
            }
            merchant = Int(number)
        }
        let portalToken = try text(document, "portal_token_sha256")
        let institution = try text(document, "fi_reference_id")
        if let institution, !(6...128).contains(institution.byteCount) || !institution.isVisibleASCII {
            throw Problem("fi_reference_id", "It must be 6 to 128 visible ASCII characters.")
        }
        let roles = try texts(document, "bank_roles") ?? []
        for role in roles where !ConsentAPIs.knownRoles.contains(role) {
            throw Problem(
                "bank_roles",
                "\(role) is not one of \(ConsentAPIs.knownRoles.map(\.string).joined(separator: ", "))."
            )
        }
        // They come with Basic credentials, and nothing weaker stands in for them.
        if institution != nil || !roles.isEmpty {
            guard case .secretBasic = authentication else {
                throw Problem("token_endpoint_auth_method", "A system of the bank needs client_secret_basic.")
            }
        }
        var keys: JWKSet?
        if roles.contains("validate") {
            guard let json = document["jwks"] else {
                throw Problem("jwks", "The role validate needs the keys that questions are signed with.")
            }
            keys = try keySet(json)
        }
        return ConsentAPIs(
            merchant: merchant,
            portalToken: portalToken == nil ? nil : try fingerprint(portalToken, "portal_token_sha256"),
            institution: institution,
            bankRoles: Set(roles),
            keys: keys
        )
    }

    /// A merchant proves itself by its secret, and its users decide on our page and come back from there.
    private static func requireMerchant(
        _ authentication: Client.Authentication,
        _ redirectURIs: [RedirectURI],
        _ responseTypes: Set<ResponseType>,
        _ scope: Scope
    ) throws(Problem) {
        guard case .secretBasic = authentication else {
            throw Problem("token_endpoint_auth_method", "A merchant needs client_secret_basic.")
        }
        guard !redirectURIs.isEmpty else { throw Problem("redirect_uris", "A merchant needs a redirect URI.") }
        guard responseTypes.contains(.none) else {
            throw Problem("response_types", "A merchant needs none among them.")
        }
        guard scope.contains(Scope.openID), scope.contains(Scope.accounts) else {
            throw Problem("scope", "A merchant needs openid and accounts.")
        }
    }

    static func fingerprint(_ text: WireText?, _ member: WireText) throws(Problem) -> Fingerprint {
        guard let text, let bytes = Hex.decode(text), let fingerprint = Fingerprint(bytes: bytes) else {
            throw Problem(member, "It must be the SHA-256 of the secret, 64 hexadecimal digits.")
        }
        return fingerprint
    }

    static func keySet(_ json: JSON) throws(Problem) -> JWKSet {
        let keys: JWKSet
        do { keys = try JWKSet(json) } catch { throw Problem("jwks", "The keys cannot be used: \(error).") }
        guard !keys.keys.isEmpty || json == unfetched else {
            throw Problem("jwks", "There is no key of a kind that we can use.")
        }
        return keys
    }

    private static func grantTypes(_ document: JSON) throws(Problem) -> Set<GrantType> {
        var types: Set<GrantType> = []
        for name in try texts(document, "grant_types") ?? [AuthorizationCodeGrant.type.name] {
            guard Grants.names.contains(name) else {
                throw Problem("grant_types", "\(name) is no grant of this server.")
            }
            types.insert(GrantType(name))
        }
        return types
    }

    private static func responseTypes(_ document: JSON) throws(Problem) -> Set<ResponseType> {
        var types: Set<ResponseType> = []
        for name in try texts(document, "response_types") ?? ["code"] {
            guard let type = ResponseType(name) else {
                throw Problem("response_types", "It may hold code, code id_token and none only.")
            }
            types.insert(type)
        }
        return types
    }

    private static func scope(_ document: JSON) throws(Problem) -> Scope {
        guard let text = try text(document, "scope") else { return Scope([Scope.openID]) }
        guard let scope = Scope(text) else { throw Problem("scope", "It must be values between single spaces.") }
        guard !scope.values.contains(where: { $0.hasPrefix(Scope.claimPrefix) }) else {
            throw Problem("scope", "No value may begin with \(Scope.claimPrefix).")
        }
        return scope
    }

    private static func profile(_ document: JSON) throws(Problem) -> Profile {
        guard let text = try text(document, "profile") else { return .oauth21 }
        guard let profile = Profile.allCases.first(where: { WireText($0.rawValue) == text }) else {
            throw Problem("profile", "It must be one of \(Profile.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return profile
    }

    static func algorithm(_ document: JSON, _ member: WireText) throws(Problem) -> Algorithm {
        guard let text = try text(document, member) else { return .es256 }
        guard let algorithm = Algorithm(text), algorithm != .hs256 else {
            throw Problem(member, "It must be ES256, PS256, RS256 or EdDSA.")
        }
        return algorithm
    }

    static func encryption(_ document: JSON, _ purpose: String) throws(Problem) -> Client.Encryption? {
        let (algorithmName, contentName) = (WireText("\(purpose)_alg"), WireText("\(purpose)_enc"))
        guard let name = try text(document, algorithmName) else {
            // OpenID Connect Registration §2: the one means nothing without the other.
            guard document[contentName] == nil else {
                throw Problem(contentName, "It needs \(algorithmName).")
            }
            return nil
        }
        guard let algorithm = KeyEncryption(name) else {
            throw Problem(algorithmName, "It must be RSA-OAEP, RSA-OAEP-256 or ECDH-ES.")
        }
        guard let content = ContentEncryption(try text(document, contentName) ?? "A256GCM") else {
            throw Problem(contentName, "It must be A128GCM or A256GCM.")
        }
        guard let json = document["jwks"] else { throw Problem("jwks", "Encryption needs the client's key.") }
        let keys = try keySet(json)
        guard json != unfetched else {
            return Client.Encryption(algorithm: algorithm, content: content, keys: keys)
        }
        do { _ = try KeySelection.encryptionKey(for: algorithm, among: keys) } catch {
            throw Problem("jwks", "There must be exactly one key to encrypt to with \(name).")
        }
        return Client.Encryption(algorithm: algorithm, content: content, keys: keys)
    }

    private static func require(_ document: JSON, _ member: WireText) throws(Problem) -> WireText {
        guard let text = try text(document, member), !text.isEmpty else { throw Problem(member, "It is missing.") }
        return text
    }

    static func text(_ document: JSON, _ member: WireText) throws(Problem) -> WireText? {
        guard let value = document[member] else { return nil }
        guard let text = value.text else { throw Problem(member, "It must be a string, not \(value.kind).") }
        return text
    }

    static func texts(_ document: JSON, _ member: WireText) throws(Problem) -> [WireText]? {
        guard let value = document[member] else { return nil }
        guard let texts = value.texts else { throw Problem(member, "It must be an array of strings.") }
        guard Set(texts).count == texts.count else { throw Problem(member, "A value stands in it twice.") }
        return texts
    }

    static func boolean(_ document: JSON, _ member: WireText) throws(Problem) -> Bool {
        guard let value = document[member] else { return false }
        guard let boolean = value.boolean else { throw Problem(member, "It must be true or false.") }
        return boolean
    }
}

extension RedirectURI.Problem {
    var sentence: String {
        switch self {
        case .tooLong: "it is longer than \(Limits.redirectURIBytes) bytes."
        case .malformed: "it is not an absolute URI."
        case .hasFragment: "it has a fragment."
        case .hasUserInformation: "it holds a user name."
        case .hasWildcard: "it holds a wildcard."
        case .schemeRefused: "its scheme is neither https nor a reversed domain name."
        case .plainToForeignHost: "http is for loopback addresses only."
        case .carriesAnswerParameter: "its query holds a name that answers use."
        }
    }
}

extension WireText {
    fileprivate static let translatedClientName: WireText = "client_name#"

    /// Whether it is a member of a client's document that holds its name in some language.
    var isTranslatedClientName: Bool { hasPrefix(Self.translatedClientName) }
}

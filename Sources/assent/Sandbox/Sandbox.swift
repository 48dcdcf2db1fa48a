import AssentServer
import Consents
import Crypto
import JOSE
import Net
import OAuth
import Text

/// A bank to try things out with: a folder that is filled once and used again by the next start.
struct Sandbox {
    let folder: String
    let keys: KeyFolder
    let pages: PageFolder
    let port: UInt16
    /// How long a request waits for a person, where that is to be tried out.
    let interactionSeconds: Int?
    /// Whether people leave by a page that says what happened.
    var leavesByPage = false
    /// The bank's own consent page and its own systems, where those are to be tried out.
    var consentPage: WireText?
    var hooks: WireText?
    /// A client's server that may be called as well.
    var outbound: WireText?
    /// In the place of a file in the folder.
    var database: Database?

    /// The bank's own origin, and that of the third party beside it.
    var issuer: WireText { WireText("http://localhost:\(port)") }
    var thirdParty: WireText { WireText("http://localhost:\(port + 1)") }

    static let thirdPartyClient: WireText = "demo-tpp"
    static let bankClient: WireText = "demo-bank"
    static let appClient: WireText = "demo-app"
    static let signerClient: WireText = "demo-signer"
    /// The demo third party as a merchant, and the demo bank as an institution.
    static let merchant = 1
    static let institution: WireText = "PSDGB-FCA-111111"

    /// Makes what is missing.
    ///
    /// - Returns: The secret of the demo third party.
    func prepare(at now: Timestamp) throws(CommandFailure) -> WireText {
        do { try File.makeFolder(folder, mode: 0o700) } catch { throw CommandFailure("\(error)") }
        do { _ = try keys.fill() } catch { throw CommandFailure(error) }
        let party = try secret(of: Self.thirdPartyClient)
        try register(Self.thirdPartyClient, thirdPartyDocument(party, try portalToken()))
        try register(Self.appClient, appDocument)
        try register(
            Self.bankClient,
            bankDocument(try secret(of: Self.bankClient), try signingKey(of: Self.bankClient))
        )
        try register(Self.signerClient, signerDocument(try signingKey(of: Self.signerClient)))
        try prepareWorkbench()
        try writeFlow(party)
        if hooks != nil { _ = try secret(of: "hooks") }
        if !File.exists(people.path) { try people.write(try directory(at: now)) }
        return party
    }

    /// What the demo third party is known by to Klarna's API.
    func portalToken() throws(CommandFailure) -> WireText {
        try secret(of: WireText("\(Self.thirdPartyClient)-portal"))
    }

    /// A resource that is not ours, so that tokens for another can be had.
    private static let resource: WireText = "https://api.bank.example"

    func setup() throws(CommandFailure) -> Setup {
        guard let issuer = Issuer(issuer), let address = Address(host: "127.0.0.1", port: port),
            let bank = Address(host: "127.0.0.1", port: port + 2),
            let admin = Address(host: "127.0.0.1", port: port + 3)
        else {
            throw CommandFailure("the port \(port) cannot be used.", exit: .usage)
        }
        return Setup(
            issuer: issuer,
            listening: Setup.Listening(address: address, tls: nil, operations: nil, bank: bank, admin: admin),
            keys: keys,
            clients: clients,
            pages: pages,
            people: people,
            database: database ?? .file("\(folder)/assent.sqlite"),
            bank: BankIdentity(name: "Sandbox Bank"),
            language: "en",
            lifetimes: interactionSeconds.map { Lifetimes(interaction: $0) } ?? Lifetimes(),
            policy: ConsentPolicy(),
            acr: "urn:openbanking:psd2:ca",
            isSandbox: true,
            sharesAcrossSurfaces: true,
            pageSettings: PageSettings(delivery: leavesByPage ? .refreshPage : .redirect),
            resources: [Self.resource],
            consentPage: consentPage,
            hooks: hooks.map { url in
                HookSetup(baseURL: url, user: "assent", passwordFile: "\(folder)/hooks.secret", authoritiesFile: nil)
            },
            registering: RegistrationFolder(path: "\(folder)/registration.d"),
            trusting: TrustFolder(path: "\(folder)/issuers.d"),
            outbound: OutboundSetup(hosts: [thirdParty, outbound].compactMap { $0.flatMap(Self.host) })
        )
    }

    /// A sandbox calls what runs beside it, and without TLS where that has none.
    private static func host(of origin: WireText) -> OutboundHost? {
        guard let uri = URIReference(origin), let host = uri.host else { return nil }
        let isPlain = uri.scheme == "http"
        let port = uri.port.flatMap { UInt16($0.string) } ?? (isPlain ? 80 : 443)
        return OutboundHost(host, port: port, isInternal: true, isPlain: isPlain)
    }

    private var clients: ClientFolder { ClientFolder(path: "\(folder)/clients.d") }

    private var people: PeopleFile { PeopleFile(path: "\(folder)/people.json") }

    /// Leaves alone what is there already: each file that is written waits for the disk.
    func register(_ id: WireText, _ document: JSON) throws(CommandFailure) {
        guard (try? clients.document(of: id.string)) != document else { return }
        _ = try clients.write(document)
    }

    /// A confidential client: what a third party with a back end is.
    private func thirdPartyDocument(_ secret: WireText, _ portalToken: WireText) -> JSON {
        [
            "client_id": .text(Self.thirdPartyClient),
            "client_name": "Money Pilot",
            "client_secret_sha256": .text(WireText(Hex.encode(Digest.sha256(secret)))),
            "token_endpoint_auth_method": "client_secret_basic",
            "redirect_uris": [.text(WireText("\(thirdParty)/callback"))],
            "policy_uri": "https://money-pilot.example/privacy",
            "tos_uri": "https://money-pilot.example/terms",
            "grant_types": [
                "authorization_code", "refresh_token", "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba",
            ],
            "backchannel_token_delivery_mode": "ping",
            "backchannel_client_notification_endpoint": .text(WireText("\(thirdParty)/notice")),
            "response_types": ["code", "code id_token", "none"],
            "scope": """
            openid profile email address phone offline_access accounts grant_management_query grant_management_revoke
            """,
            "authorization_details_types": ["account_information"],
            "merchant_id": .integer(Int64(Self.merchant)),
            "portal_token_sha256": .text(WireText(Hex.encode(Digest.sha256(portalToken)))),
        ]
    }

    /// A public client: an application on somebody's own machine, which can keep no secret.
    private var appDocument: JSON {
        [
            "client_id": .text(Self.appClient),
            "client_name": "Pocket Ledger",
            "token_endpoint_auth_method": "none",
            "application_type": "native",
            "redirect_uris": ["http://127.0.0.1/callback"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": "openid profile email address phone offline_access",
        ]
    }

    /// The bank's own systems: what shows its consent page, and what searches and revokes for its staff.
    ///
    /// It also fetches codes and tokens for third parties, under the bank's own reference.
    private func bankDocument(_ secret: WireText, _ key: SigningKey) -> JSON {
        [
            "client_id": .text(Self.bankClient),
            "client_name": "Sandbox Bank",
            "client_secret_sha256": .text(WireText(Hex.encode(Digest.sha256(secret)))),
            "token_endpoint_auth_method": "client_secret_basic",
            "redirect_uris": [.text(WireText("\(thirdParty)/bank"))],
            "grant_types": ["authorization_code"],
            "scope": "openid",
            "fi_reference_id": .text(Self.institution),
            "bank_roles": ["consent-page", "manage", "validate", "admin"],
            "jwks": ["keys": [key.jwk.json]],
        ]
    }

    /// A client with a key: it signs its requests and its authentication, and waits on any port of this machine.
    private func signerDocument(_ key: SigningKey) -> JSON {
        [
            "client_id": .text(Self.signerClient),
            "client_name": "Ledger Lens",
            "application_type": "native",
            "token_endpoint_auth_method": "private_key_jwt",
            "redirect_uris": [.text(Self.signerRedirectURI)],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "response_types": ["code"],
            "scope": "openid profile offline_access accounts",
            "authorization_signed_response_alg": "ES256",
            "jwks": ["keys": [key.jwk.json]],
        ]
    }

    private static let signerRedirectURI: WireText = "http://127.0.0.1/flow"
    private static let consentAPI: WireText = "/open-banking/v3.1/aisp"

    /// What `assent flow` needs to be these clients, and one customer.
    private func writeFlow(_ secret: WireText) throws(CommandFailure) {
        let document: JSON = [
            "issuer": .text(issuer),
            "consent_api": .text(WireText("\(issuer)\(Self.consentAPI)")),
            "client": [
                "client_id": .text(Self.thirdPartyClient), "token_endpoint_auth_method": "client_secret_basic",
                "client_secret": .text(secret), "redirect_uris": [.text(WireText("\(thirdParty)/callback"))],
                "scope": "openid profile email address phone offline_access accounts",
            ],
            "other": [
                "client_id": .text(Self.appClient), "token_endpoint_auth_method": "none",
                "redirect_uris": ["http://127.0.0.1/callback"],
                "scope": "openid profile email address phone offline_access",
            ],
            "signer": [
                "client_id": .text(Self.signerClient), "token_endpoint_auth_method": "private_key_jwt",
                "private_key_file": .text(WireText("\(Self.signerClient)-keys/\(Self.clientKey.file)")),
                "redirect_uris": [.text(Self.signerRedirectURI)], "scope": "openid profile offline_access accounts",
            ],
            "person": ["username": "bert", "password": "bert-sandbox"],
        ]
        let path = "\(folder)/flow.json"
        let bytes = JSONWriter.writeIndented(document)
        // Left alone where it says so already: each file that is written waits for the disk.
        guard (try? File.read(path)) != bytes else { return }
        do { try File.write(bytes, to: path, mode: 0o600) } catch { throw CommandFailure("\(error)") }
    }

    static let clientKey = KeyName(.signing(.es256), 1)

    /// Where the key of a client is; made once, as secrets are.
    func keyFolder(of client: WireText) throws(CommandFailure) -> KeyFolder {
        let keys = KeyFolder(path: "\(folder)/\(client)-keys")
        guard !File.exists("\(keys.path)/\(Self.clientKey.file)") else { return keys }
        do { _ = try keys.make(Self.clientKey.kind) } catch { throw CommandFailure(error) }
        return keys
    }

    private func signingKey(of client: WireText) throws(CommandFailure) -> SigningKey {
        let keys = try keyFolder(of: client)
        let entry: KeyFolder.Entry
        do { entry = try keys.entry(Self.clientKey) } catch { throw CommandFailure(error) }
        guard case .signing(let key) = entry.key else {
            throw CommandFailure("\(keys.path)/\(Self.clientKey.file) does not sign.")
        }
        return key
    }

    /// Made once, so that what was written down at the first start stays true.
    func secret(of name: WireText) throws(CommandFailure) -> WireText {
        let path = "\(folder)/\(name).secret"
        do {
            if File.exists(path), let text = WireText(try File.read(path, limit: 256)) { return text }
            let secret = try Entropy.system.token()
            try File.write(secret.bytes, to: path, mode: 0o600)
            return secret
        } catch { throw CommandFailure("\(error)") }
    }

    private func directory(at now: Timestamp) throws(CommandFailure) -> FileDirectory {
        do { return try FileDirectory(try DemoPeople.entries(at: now, entropy: .system)) } catch {
            throw CommandFailure("\(error)")
        }
    }
}

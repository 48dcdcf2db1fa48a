import AssentServer
import Crypto
import Net
import OAuth
import Text

/// The command `assent clients`.
struct ClientsCommand: Command {
    static let name = "clients"
    static let summary = "Registers clients, lists, shows and disables them, and gives them new secrets."
    static let operands = "add|list|show|rotate|disable|enable [CLIENT_ID]"
    static let options = [
        Option("folder", "FOLDER", "where the documents are, config/clients.d unless told"),
        Option("name", "NAME", "what pages call the client"),
        Option("redirect-uri", "URI", "where answers go, exactly", isRepeatable: true),
        Option("scope", "SCOPE", "what it may ask for, in one word or quoted"),
        Option(
            "method",
            "METHOD",
            "client_secret_basic unless told; client_secret_post, client_secret_jwt, private_key_jwt, none"
        ),
        Option("jwks", "FILE", "the client's public keys, for private_key_jwt"),
        Option("keys", "FOLDER", "where the private keys are, keys unless told; for client_secret_jwt"),
        Option("grant", "GRANT", "a grant it may use", isRepeatable: true),
        Option("response-type", "TYPE", "code unless told; or \"code id_token\"", isRepeatable: true),
        Option("native", nil, "an application on somebody's machine, with a loopback redirect URI"),
        Option("introspects-all", nil, "a resource server, which may ask about any token"),
        Option("days", "DAYS", "how long the old secret holds beside the new one, 7 unless told; 0 ends it at once"),
    ]
    static let examples = [
        "assent clients add my-tpp --name \"My TPP\" --redirect-uri https://tpp.example/cb --scope \"openid accounts\"",
        "assent clients rotate my-tpp --days 14", "assent clients disable my-tpp",
    ]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let folder = ClientFolder(path: arguments["folder"] ?? "config/clients.d")
        let words = arguments.operands
        switch (words.first, words.dropFirst().first) {
        case ("add", let id?) where words.count == 2: try add(id, arguments, to: folder)
        case ("list", nil):
            for client in try folder.read() {
                let words = [client.isEnabled ? "enabled" : "disabled", "\(client.display.text)"] + secrets(of: client)
                Terminal.say("\(client.id)  \(words.joined(separator: "  "))")
            }
        case ("show", let id?) where words.count == 2:
            Terminal.say(String(decoding: JSONWriter.write(try folder.document(of: id)), as: UTF8.self))
        case ("rotate", let id?) where words.count == 2: try rotate(id, arguments, in: folder)
        case ("disable", let id?) where words.count == 2: try set(id, disabled: true, in: folder)
        case ("enable", let id?) where words.count == 2: try set(id, disabled: false, in: folder)
        default:
            throw CommandFailure("say clients add ID, list, show ID, rotate ID, disable ID or enable ID.", exit: .usage)
        }
    }

    /// The secret is shown once, here; the document keeps its digest, or seals it where it must be read again.
    private func add(_ id: String, _ arguments: Arguments, to folder: ClientFolder) throws(CommandFailure) {
        guard !File.exists(folder.file(of: id)) else { throw CommandFailure("the client \(id) is there already.") }
        let method = arguments["method"] ?? "client_secret_basic"
        var members: [JSON.Member] = [
            .init("client_id", .text(WireText(id))),
            .init("client_name", .text(WireText(arguments["name"] ?? id))),
            .init("token_endpoint_auth_method", .text(WireText(method))),
        ]
        var secret: WireText?
        if let name = Self.secretMembers[method] {
            let fresh = try freshToken()
            members.append(.init(name, .text(try kept(fresh, as: name, of: id, arguments))))
            secret = fresh
        }
        if let file = arguments["jwks"] { members.append(.init("jwks", try keys(in: file))) }
        if arguments.has("native") { members.append(.init("application_type", "native")) }
        let grants = arguments.all("grant")
        members.append(.init("redirect_uris", texts(arguments.all("redirect-uri"))))
        members.append(.init("grant_types", texts(grants.isEmpty ? defaultGrants(method, arguments) : grants)))
        let types = arguments.all("response-type")
        members.append(.init("response_types", texts(types.isEmpty ? ["code"] : types)))
        members.append(.init("scope", .text(WireText(arguments["scope"] ?? "openid"))))
        if arguments.has("introspects-all") { members.append(.init("introspects_all", true)) }

        _ = try folder.write(.object(members))
        Terminal.say("client_id      \(id)")
        if let secret { Terminal.say("client_secret  \(secret)  (shown once)") }
        Terminal.complain("A running server takes it in on SIGHUP.")
    }

    /// What a method keeps a secret as; other methods have none.
    private static let secretMembers: [String: WireText] = [
        "client_secret_basic": "client_secret_sha256", "client_secret_post": "client_secret_sha256",
        SecretJWT.method.string: "client_secret_sealed",
    ]

    /// A new secret beside the old one, which holds until the client has changed over.
    private func rotate(_ id: String, _ arguments: Arguments, in folder: ClientFolder) throws(CommandFailure) {
        let text = arguments["days"] ?? "7"
        guard text.utf8.allSatisfy(\.isDigit), let days = Int(text), days <= 365 else {
            throw CommandFailure("--days must be a number from 0 to 365.", exit: .usage)
        }
        let document = try folder.document(of: id)
        let method = document["token_endpoint_auth_method"]?.text?.string ?? "client_secret_basic"
        guard let name = Self.secretMembers[method], let old = document[name] else {
            throw CommandFailure("the client \(id) has no secret; its method is \(method).")
        }
        let fresh = try freshToken()
        var next = document.setting(name, .text(try kept(fresh, as: name, of: id, arguments)))
        for member in ["client_secret_expires_at"] + Self.previousMembers { next = next.removing(member) }
        let end = Clock.system().now + days * 86_400
        if days > 0 {
            next = next.setting(WireText("previous_\(name)"), old)
            next = next.setting("previous_client_secret_expires_at", .integer(end.seconds))
        }
        _ = try folder.write(next)
        Terminal.say("client_secret  \(fresh)  (shown once)")
        Terminal.say(days > 0 ? "the old secret holds until \(end.rfc3339)" : "the old secret does not hold any more")
        Terminal.complain("A running server takes it in on SIGHUP.")
    }

    private static let previousMembers: [WireText] = [
        "previous_client_secret_sha256", "previous_client_secret_sealed", "previous_client_secret_expires_at",
    ]

    /// What there is to say of when its secrets end.
    private func secrets(of client: Client) -> [String] {
        let ends: (current: Timestamp?, previous: Timestamp?)
        switch client.authentication {
        case .secretBasic(let secret), .secretPost(let secret):
            ends = (secret.current.expires, secret.previous?.expires)
        case .secretJWT(let secret): ends = (secret.current.expires, secret.previous?.expires)
        case .none, .privateKeyJWT, .mutualTLS, .selfSignedTLS: return []
        }
        let now = Clock.system().now
        return [
            ends.current.map { "secret \($0 > now ? "until" : "ended") \($0.rfc3339)" },
            ends.previous.map { "old secret \($0 > now ? "until" : "ended") \($0.rfc3339)" },
        ].compactMap { $0 }
    }

    /// Its digest, or sealed where it must be read again.
    private func kept(
        _ secret: WireText,
        as name: WireText,
        of id: String,
        _ arguments: Arguments
    ) throws(CommandFailure) -> WireText {
        name == "client_secret_sealed"
            ? try seal(secret, of: id, arguments) : WireText(Hex.encode(Digest.sha256(secret)))
    }

    private func freshToken() throws(CommandFailure) -> WireText {
        do { return try Entropy.system.token() } catch { throw CommandFailure("\(error)") }
    }

    private func seal(_ secret: WireText, of id: String, _ arguments: Arguments) throws(CommandFailure) -> WireText {
        let folder = KeyFolder(path: arguments["keys"] ?? "keys")
        let key: ClientSecretKey?
        do { key = try folder.clientSecretKey() } catch { throw CommandFailure(error) }
        guard let key else {
            throw CommandFailure(
                "\(folder.path)/\(KeyFolder.clientSecretKeyFile) is missing; assent keys new makes it."
            )
        }
        do {
            let nonce = try Entropy.system.bytes(AEAD.nonceBytes)
            return try key.seal(secret, of: Identifier(WireText(id)), nonce: nonce).text
        } catch { throw CommandFailure("\(error)") }
    }

    private func defaultGrants(_ method: String, _ arguments: Arguments) -> [String] {
        let person = arguments.all("redirect-uri").isEmpty ? [] : ["authorization_code", "refresh_token"]
        return method == "none" ? person : person + ["client_credentials"]
    }

    private func set(_ id: String, disabled: Bool, in folder: ClientFolder) throws(CommandFailure) {
        let members = (try folder.document(of: id).members ?? []).filter { $0.name != "disabled" }
        _ = try folder.write(.object(disabled ? members + [.init("disabled", true)] : members))
        Terminal.say("\(id)  \(disabled ? "disabled" : "enabled")")
        Terminal.complain("A running server takes it in on SIGHUP.")
    }

    private func keys(in file: String) throws(CommandFailure) -> JSON {
        let bytes: [UInt8]
        do { bytes = try File.read(file, limit: Limits.jsonBytes) } catch { throw CommandFailure("\(error)") }
        do { return try JSONReader.read(bytes) } catch {
            throw CommandFailure("\(file): byte \(error.offset): \(error.reason).")
        }
    }

    private func texts(_ values: [String]) -> JSON {
        .array(values.map { .text(WireText($0)) })
    }
}

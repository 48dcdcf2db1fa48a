import AssentServer
import Crypto
import Net
import OAuth
import Text

/// The command `assent clients`.
struct ClientsCommand: Command {
    static let name = "clients"
    static let summary = "Registers clients, lists, shows and disables them."
    static let operands = "add|list|show|disable|enable [CLIENT_ID]"
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
    ]
    static let examples = [
        "assent clients add my-tpp --name \"My TPP\" --redirect-uri https://tpp.example/cb --scope \"openid accounts\"",
        "assent clients disable my-tpp",
    ]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let folder = ClientFolder(path: arguments["folder"] ?? "config/clients.d")
        let words = arguments.operands
        switch (words.first, words.dropFirst().first) {
        case ("add", let id?) where words.count == 2: try add(id, arguments, to: folder)
        case ("list", nil):
            for client in try folder.read() {
                Terminal.say("\(client.id)  \(client.isEnabled ? "enabled" : "disabled")  \(client.display.text)")
            }
        case ("show", let id?) where words.count == 2:
            Terminal.say(String(decoding: JSONWriter.write(try folder.document(of: id)), as: UTF8.self))
        case ("disable", let id?) where words.count == 2: try set(id, disabled: true, in: folder)
        case ("enable", let id?) where words.count == 2: try set(id, disabled: false, in: folder)
        default: throw CommandFailure("say clients add ID, list, show ID, disable ID or enable ID.", exit: .usage)
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
        if method == "client_secret_basic" || method == "client_secret_post" {
            let fresh = try freshToken()
            members.append(.init("client_secret_sha256", .text(WireText(Hex.encode(Digest.sha256(fresh))))))
            secret = fresh
        }
        if method == SecretJWT.method.string {
            let fresh = try freshToken()
            members.append(.init("client_secret_sealed", .text(try seal(fresh, of: id, arguments))))
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

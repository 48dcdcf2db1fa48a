import Net
import RelyingParty
import Text

/// The clients and the person of a run: from options, from a file, from the sandbox, or registered now.
struct KnownClients: Sendable {
    let issuer: WireText
    private let document: JSON
    /// Where files that the document names are looked for.
    private let folder: String

    static let options = [
        Option("client", "ID", "the client to be"),
        Option("auth", "METHOD", "client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth or none"),
        Option("secret-file", "FILE", "the client's secret"),
        Option("key", "FILE", "the client's private key in PEM"),
        Option("redirect-uri", "URI", "where its answers go"),
        Option("client-file", "FILE", "clients and a person in one file, as the sandbox writes flow.json"),
        Option("folder", "FOLDER", "where a sandbox keeps its data, sandbox unless told"),
    ]

    /// - Parameter issuer: As it was typed; the sandbox's own where nothing was.
    init(_ issuer: String?, _ arguments: Arguments) throws(CommandFailure) {
        let path = arguments["client-file"] ?? "\(arguments["folder"] ?? "sandbox")/flow.json"
        var document: JSON = [:]
        if arguments.has("client-file") || File.exists(path) {
            do { document = try JSONReader.read(try File.read(path)) } catch let failure as NetFailure {
                throw CommandFailure("\(failure)", exit: .usage)
            } catch { throw CommandFailure("\(path) is no JSON.", exit: .usage) }
        }
        let known = document["issuer"]?.text
        // What belongs to another issuer is not shown to this one.
        if let issuer, let known, known.string != issuer, !arguments.has("client-file") { document = [:] }
        guard let found = issuer.map({ WireText($0) }) ?? known else {
            throw CommandFailure("name an issuer, or start assent dev in this folder first.", exit: .usage)
        }
        self.issuer = found
        self.document = document
        folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try check(arguments)
    }

    private func check(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.has("client") || !arguments.has("auth") && !arguments.has("secret-file") else {
            throw CommandFailure("--auth and --secret-file need --client.", exit: .usage)
        }
    }

    /// The client of a role: `client`, `other` or `signer`.
    func client(_ role: WireText, _ arguments: Arguments) throws(CommandFailure) -> ClientIdentity? {
        if role == "client", let id = arguments["client"] { return try client(named: id, arguments) }
        guard let members = document[role] else { return nil }
        return try identity(members, key: try Self.key(members["private_key_file"]?.text.map { "\(folder)/\($0)" }))
    }

    private func client(named id: String, _ arguments: Arguments) throws(CommandFailure) -> ClientIdentity {
        // One whom the file knows needs no more than a name.
        for role in ["client", "other", "signer"] as [WireText] where document[role]?["client_id"]?.text == WireText(id)
        {
            guard !arguments.has("auth"), let members = document[role] else { break }
            return try identity(members, key: try Self.key(members["private_key_file"]?.text.map { "\(folder)/\($0)" }))
        }
        guard let redirectURI = arguments["redirect-uri"] else {
            throw CommandFailure("--client needs --redirect-uri, as it is registered.", exit: .usage)
        }
        var members: [JSON.Member] = [
            .init("client_id", .text(WireText(id))), .init("redirect_uris", [.text(WireText(redirectURI))]),
        ]
        if let method = arguments["auth"] {
            members.append(.init("token_endpoint_auth_method", .text(WireText(method))))
        }
        if let path = arguments["secret-file"] {
            members.append(.init("client_secret", .text(try Self.line(of: path))))
        }
        if let scope = arguments["scope"] { members.append(.init("scope", .text(WireText(scope)))) }
        return try identity(.object(members), key: try Self.key(arguments["key"]))
    }

    /// Who logs in: by options, or as the file says.
    func person(_ arguments: Arguments) throws(CommandFailure) -> JourneyPlan.Person? {
        let boxes = try Self.boxes(arguments["accounts"])
        if let name = arguments["user"] {
            let known =
                document["person"]?["username"]?.text == WireText(name) ? document["person"]?["password"]?.text : nil
            let password = try arguments["password-file"].map { path throws(CommandFailure) in try Self.line(of: path) }
            return JourneyPlan.Person(
                username: WireText(name),
                password: password ?? known ?? WireText("\(name)-sandbox"),
                boxes: boxes
            )
        }
        guard let person = document["person"], let name = person["username"]?.text else { return nil }
        return JourneyPlan.Person(username: name, password: person["password"]?.text ?? "", boxes: boxes)
    }

    var consentAPI: WireText? { document["consent_api"]?.text }
    var scope: WireText? { document["scope"]?.text }

    private func identity(_ members: JSON, key: ClientKey?) throws(CommandFailure) -> ClientIdentity {
        do { return try ClientIdentity(members, key: key) } catch { throw CommandFailure(error) }
    }

    private static func key(_ path: String?) throws(CommandFailure) -> ClientKey? {
        guard let path else { return nil }
        do { return try ClientKey(pem: try File.read(path)) } catch let failure as NetFailure {
            throw CommandFailure("\(failure)", exit: .usage)
        } catch { throw CommandFailure("\(path) is no private key in PEM.", exit: .usage) }
    }

    private static func boxes(_ text: String?) throws(CommandFailure) -> [Int] {
        guard let text else { return [] }
        let numbers = text.split(separator: ",").map { Int($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0.map { (1...1_000).contains($0) } ?? false }) else {
            throw CommandFailure("--accounts is a list of numbers from 1, as 1,3.", exit: .usage)
        }
        return numbers.compactMap { $0 }
    }

    /// The first line of a file; `-` is standard input.
    static func line(of path: String) throws(CommandFailure) -> WireText {
        let bytes: [UInt8]
        if path == "-" {
            bytes = Array((readLine(strippingNewline: true) ?? "").utf8)
        } else {
            do { bytes = try File.read(path, limit: Limits.tokenBytes) } catch {
                throw CommandFailure("\(error)", exit: .usage)
            }
        }
        let line = bytes.prefix { $0 != .newline && $0 != .carriageReturn }
        guard let text = WireText(Array(line)), !text.isEmpty else {
            throw CommandFailure("\(path) is empty.", exit: .usage)
        }
        return text
    }
}

import AssentServer
import Net
import Telemetry
import Text

/// The command `assent dev`.
struct DevCommand: Command {
    static let name = "dev"
    static let summary = "Starts a sandbox bank with demo customers and a demo third party."
    static let options = [
        Option("port", "PORT", "where the bank listens, 8080 unless told; the three after it are taken as well"),
        Option("folder", "FOLDER", "where the sandbox keeps its data, sandbox unless told"),
        Option("keys", "FOLDER", "where the private keys are, keys unless told"),
        Option("templates", "FOLDER", "where the pages are, templates unless told"),
        Option("interaction-seconds", "SECONDS", "how long a request waits for a person, 1200 unless told"),
        Option("refresh-page", nil, "leads back to the third party by a page that says what happened"),
        Option("consent-page", "URL", "the bank's own consent page in the place of ours"),
        Option("hooks", "URL", "where the bank's own systems are asked about every page and decision"),
        Option("outbound", "ORIGIN", "a server of a client that may be called, beside that of the demo third party"),
        Option("database", "URI", "a server of PostgreSQL in the place of a file in the folder, or ASSENT_DATABASE"),
        Option("quiet", nil, "logs warnings only"),
        RunningServer.acceptClock,
    ]
    static let examples = ["assent dev", "assent dev --port 9000 --folder /tmp/bank"]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let port = try Self.port(arguments["port"] ?? "8080")
        let sandbox = Sandbox(
            folder: arguments["folder"] ?? "sandbox",
            keys: KeyFolder(path: arguments["keys"] ?? "keys"),
            pages: PageFolder(path: arguments["templates"] ?? "templates"),
            port: port,
            interactionSeconds: try Self.interactionSeconds(arguments["interaction-seconds"]),
            leavesByPage: arguments.has("refresh-page"),
            consentPage: try Self.url(arguments["consent-page"]),
            hooks: try Self.url(arguments["hooks"]),
            outbound: try Self.url(arguments["outbound"]),
            database: (arguments["database"] ?? Environment.value(of: "ASSENT_DATABASE")).map { Database($0) }
        )
        let secret = try sandbox.prepare(at: Clock.system().now)
        let log = Log(to: 2, level: arguments.has("quiet") ? .warning : .info)
        let acceptsClock = arguments.has(RunningServer.acceptClock.name)
        let server = try await RunningServer(try sandbox.setup(), log: log, acceptsClock: acceptsClock) {
            group throws(CommandFailure) in
            guard let address = Address(host: "127.0.0.1", port: port + 1) else {
                throw CommandFailure("the port \(port + 1) cannot be used.", exit: .usage)
            }
            let bank = try sandbox.setup().listening.address
            let party = try ThirdParty(sandbox, secret: secret, bank: bank, loop: group.loops[0])
            return [HTTPServer.Endpoint(at: address, handler: party)]
        }
        Terminal.say(
            Self.welcome(
                sandbox,
                secret,
                bank: try sandbox.secret(of: Sandbox.bankClient),
                portal: try sandbox.portalToken()
            )
        )
        try await server.run()
    }

    private static func welcome(
        _ sandbox: Sandbox,
        _ secret: WireText,
        bank: WireText,
        portal: WireText
    ) -> String {
        let people = DemoPeople.logins.map { login in
            "    \(pad(login.username.string, 8))\(pad(login.password.string, 22))\(login.about)"
        }
        return """

            Assent sandbox

              issuer     \(sandbox.issuer)
              discovery  \(sandbox.issuer)/.well-known/openid-configuration

              clients
                \(pad("\(Sandbox.thirdPartyClient)", 12))client_secret_basic, secret \(secret), merchant \(Sandbox.merchant)
                \(pad("", 12))for XS2A: Authorization: Token \(portal)
                \(pad("\(Sandbox.appClient)", 12))public, with PKCE
                \(pad("\(Sandbox.signerClient)", 12))private_key_jwt, its key is in \(sandbox.folder)
                \(pad("\(Sandbox.bankClient)", 12))the bank's own systems, secret \(bank), fi_reference_id \(Sandbox.institution)

              the bank's own systems call http://127.0.0.1:\(sandbox.port + 2), its staff http://127.0.0.1:\(sandbox.port + 3)

              customers
            \(people.joined(separator: "\n"))

              Open this in a browser for a whole consent journey:

                \(sandbox.thirdParty)/

              this to try its hops one by one:

                \(sandbox.thirdParty)\(Sandbox.workbenchPath)

              and this to see what a customer shares, and to stop it:

                \(sandbox.issuer)/consents

              or run a whole journey and all its checks from another terminal:

                assent flow\(sandbox.folder == "sandbox" ? "" : " --folder \(sandbox.folder)")

              Ctrl-C stops it; the data stays in \(sandbox.folder).

            """
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private static func interactionSeconds(_ text: String?) throws(CommandFailure) -> Int? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy(\.isDigit), let seconds = Int(text), (1...3_600).contains(seconds) else {
            throw CommandFailure("--interaction-seconds must be a number from 1 to 3600.", exit: .usage)
        }
        return seconds
    }

    private static func url(_ text: String?) throws(CommandFailure) -> WireText? {
        guard let text else { return nil }
        guard let uri = URIReference(WireText(text)), uri.host != nil, uri.query == nil, uri.fragment == nil,
            uri.scheme == "http" || uri.scheme == "https"
        else { throw CommandFailure("\(text) is no URL without a query.", exit: .usage) }
        return uri.text
    }

    private static func port(_ text: String) throws(CommandFailure) -> UInt16 {
        guard text.utf8.allSatisfy(\.isDigit), let port = UInt16(text), (1...65_532).contains(port) else {
            throw CommandFailure("--port must be a number from 1 to 65532.", exit: .usage)
        }
        return port
    }
}

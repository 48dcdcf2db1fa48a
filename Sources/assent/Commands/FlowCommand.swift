import AssentServer
import HTTP
import Net
import RelyingParty
import Text

/// The command `assent flow`.
struct FlowCommand: Command {
    static let name = "flow"
    static let summary = "Takes a client's whole way at any issuer, then tries what must not work."
    static let operands = "[ISSUER]"
    static let options =
        KnownClients.options + [
            Option("user", "NAME", "who logs in"),
            Option("password-file", "FILE", "their password; - is standard input"),
            Option("accounts", "LIST", "which boxes to tick, as 1,3; all of them unless told"),
            Option("scope", "SCOPE", "what to ask for"),
            Option("consent-api", "URL", "where account access consents are registered"),
            Option("permissions", "LIST", "the permissions of the consent, with commas"),
            Option("par", nil, "pushes the request, which happens anyway where the server can"),
            Option("no-par", nil, "sends the request through the browser"),
            Option("jar", nil, "signs the request, as the client with a key"),
            Option("response-mode", "MODE", "query, fragment, form_post, jwt, query.jwt or form_post.jwt"),
            Option("jarm", nil, "asks for a signed answer, as --response-mode jwt"),
            Option("dpop", nil, "binds the tokens to a key"),
            Option("deny", nil, "the person says no"),
            Option("browser", nil, "a person answers the pages, in a browser on this machine"),
            Option("paste", nil, "a person answers the pages anywhere, and pastes the last URL here"),
            Option("checks", "LIST", "all, none, or ids with commas; all unless told"),
            Option("only", "WHAT", "a step to end with, or ids of checks to run without the journey"),
            Option("explain", nil, "says why there is each step and each check"),
            Option("json", nil, "prints one JSON document"),
            Option("tap", nil, "prints Test Anything Protocol"),
            Option("junit", "FILE", "writes JUnit's XML as well"),
            Option("save", "FILE", "writes every exchange as a HTTP archive"),
            Option("markdown", "FILE", "writes every exchange to read"),
            Option("print", "WHAT", "token, header or curl: prints that of the access token, and keeps it"),
            Option("list", nil, "prints the checks and runs nothing"),
        ] + OutgoingConnections.options
    static let examples = [
        "assent flow", "assent flow --browser", "assent flow --only B47,B48 --explain",
        "assent flow https://bank.example --client-file tpp.json --junit flow.xml --save flow.har",
        "curl -H \"$(assent flow --print header)\" http://localhost:8080/userinfo",
    ]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        guard arguments.operands.count <= 1 else { throw CommandFailure("name one issuer.", exit: .usage) }
        if arguments.has("list") {
            Terminal.say(Checks.table.string)
            return
        }
        let chosen = try Chosen(arguments)
        let clients = try KnownClients(arguments.operands.first, arguments)
        let connections = try OutgoingConnections(arguments)
        defer { connections.group.stop() }
        let printer = FlowPrinter(
            explains: arguments.has("explain"),
            isAside: arguments.has("print"),
            isSilent: arguments.has("json") || arguments.has("tap")
        )
        var plan = try await plan(clients, arguments, connections.transport)
        var pages = ClientJourney.PagesAnswered.headless
        if arguments.has("browser") {
            let listener = try await CallbackListener(for: plan.client.redirectURI, on: connections.group)
            plan.client.redirectURI = listener.redirectURI
            pages = .byPerson { url, state throws(PartyFailure) in
                Terminal.complain("Open this in a browser on this machine:\n\n  \(url)\n")
                return try await listener.answer(to: state)
            }
        } else if arguments.has("paste") {
            pages = .byPerson { url, _ throws(PartyFailure) in try Self.paste(url) }
        }

        let journal = connections.transport.journal
        var end = ClientJourney.End()
        if chosen.takesJourney {
            let journey = ClientJourney(plan, to: clients.issuer, by: connections.transport, pages: pages)
            let number = StepNumber()
            end = await journey.run(until: arguments.has("print") ? .resource : chosen.last) { step in
                printer.step(step, number.next(), journal.exchanges)
            }
        }
        var results: [CheckResult] = []
        if let ids = chosen.checks, !end.hasFailed, !arguments.has("print") {
            let server: ServerDescription
            if let known = end.server {
                server = known
            } else {
                do { server = try await ServerDescription.discover(clients.issuer, by: connections.transport) } catch {
                    throw CommandFailure(error)
                }
            }
            printer.say("--- checks ---------------------------------------------------------------------------")
            results = await Checks.run(ids, at: server, asked: clients.issuer, plan, by: connections.transport) {
                printer.check($0)
            }
        }
        try report(
            CheckReport(issuer: clients.issuer, steps: end.steps, results: results),
            end,
            plan,
            journal,
            arguments,
            printer
        )
    }

    // MARK: What is printed and written

    private func report(
        _ report: CheckReport,
        _ end: ClientJourney.End,
        _ plan: JourneyPlan,
        _ journal: Journal,
        _ arguments: Arguments,
        _ printer: FlowPrinter
    ) throws(CommandFailure) {
        if let path = arguments["save"] {
            let document = HAR.document(journal.exchanges, program: WireText(Assent.version))
            try Self.write(JSONWriter.writeIndented(document), to: path)
        }
        if let path = arguments["markdown"] {
            try Self.write(
                Markdown.text(journal.exchanges, title: WireText("assent flow \(report.issuer)")).bytes,
                to: path
            )
        }
        if let path = arguments["junit"] { try Self.write(report.junit.bytes, to: path) }
        if arguments.has("json") {
            Terminal.say(String(decoding: JSONWriter.writeIndented(report.json), as: UTF8.self))
        } else if arguments.has("tap") {
            Terminal.say(report.tap.string)
        } else if !report.results.isEmpty {
            printer.say("\(report.passed) passed, \(report.failed) failed, \(report.skipped) skipped")
        }
        if let failed = end.steps.first(where: { $0.outcome == .failed }) {
            throw CommandFailure("the journey ended at \(failed.kind.title): \(failed.result)")
        }
        if let what = arguments["print"] { try Self.say(what, end, plan) }
        guard report.failed == 0 else {
            throw CommandFailure("\(report.failed) of \(report.results.count) checks failed.")
        }
    }

    private static func say(_ what: String, _ end: ClientJourney.End, _ plan: JourneyPlan) throws(CommandFailure) {
        guard let tokens = end.tokens, let server = end.server else { throw CommandFailure("there is no token.") }
        switch what {
        case "token": Terminal.say(tokens.access.string)
        case "header": Terminal.say("Authorization: \(tokens.type) \(tokens.access)")
        default:
            let resource = end.consent != nil ? plan.consentAPI.map { WireText("\($0)/accounts") } : nil
            let url = resource ?? server.url("userinfo_endpoint") ?? server.issuer
            Terminal.say(Call.get(.resource, url).bearing(tokens.access).curl.string)
        }
    }

    /// Codes and tokens stand in it, so that it is for its owner alone.
    private static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        do { try File.write(bytes, to: path, mode: 0o600) } catch { throw CommandFailure("\(error)") }
    }

    // MARK: What is tried

    private func plan(
        _ clients: KnownClients,
        _ arguments: Arguments,
        _ transport: Transport
    ) async throws(CommandFailure) -> JourneyPlan {
        // A person's browser comes back to a port of this machine, which is free for a client that is native; and
        // who signs is who registers for signed answers.
        let responseMode = arguments["response-mode"] ?? (arguments.has("jarm") ? "jwt" : nil)
        let wantsKey = arguments.has("jar") || arguments.has("browser") || responseMode?.hasSuffix("jwt") == true
        var first = arguments.has("client") ? nil : try wantsKey ? clients.client("signer", arguments) : nil
        if first == nil { first = try clients.client("client", arguments) }
        var other = try clients.client("other", arguments)
        var signer = try clients.client("signer", arguments)
        if first == nil { (first, other, signer) = try await register(clients.issuer, arguments, transport) }
        guard let client = first else { throw CommandFailure("there is no client.", exit: .usage) }

        if other?.id == client.id { other = signer?.id == client.id ? nil : signer }
        // Who may not ask for accounts has no use for consents.
        let known = client.mayAsk(for: "accounts") == true ? clients.consentAPI : nil
        let consentAPI = arguments["consent-api"].map { WireText($0) } ?? known
        let scope = arguments["scope"].map { WireText($0) }
        var plan = JourneyPlan(client: client, scope: scope ?? (consentAPI == nil ? "openid" : "openid accounts"))
        if scope == nil, consentAPI == nil { plan.scope = plan.loginScope }
        plan.consentAPI = plan.scope.split(at: .space).contains("accounts") ? consentAPI : nil
        if let list = arguments["permissions"] {
            plan.permissions = list.split(separator: ",").map { WireText(String($0)) }
        }
        plan.other = other
        plan.signer = signer
        plan.person = try clients.person(arguments)
        if arguments.has("par") { plan.usesPush = true }
        if arguments.has("no-par") { plan.usesPush = false }
        plan.signsRequest = arguments.has("jar")
        plan.responseMode = responseMode.map { WireText($0) }
        plan.provesKey = arguments.has("dpop")
        if arguments.has("deny") { plan.decision = .deny }
        return plan
    }

    /// RFC 7591: three clients of our own, where the server lets anybody register.
    private func register(
        _ issuer: WireText,
        _ arguments: Arguments,
        _ transport: Transport
    ) async throws(CommandFailure) -> (ClientIdentity?, ClientIdentity?, ClientIdentity?) {
        let redirectURI = WireText(arguments["redirect-uri"] ?? "http://localhost:8765/callback")
        let scope = arguments["scope"].map { WireText($0) }
        do throws(PartyFailure) {
            let server = try await ServerDescription.discover(issuer, by: transport)
            let client = try await ClientIdentity.register(
                "assent flow",
                redirectURI: redirectURI,
                scope: scope,
                at: server,
                by: transport
            )
            let other = try? await ClientIdentity.register(
                "assent flow, another",
                redirectURI: redirectURI,
                scope: scope,
                at: server,
                by: transport
            )
            let key = try ClientKey.make()
            let signer = try? await ClientIdentity.register(
                "assent flow, with a key",
                redirectURI: redirectURI,
                scope: scope,
                key: key,
                at: server,
                by: transport
            )
            return (client, other, signer)
        } catch { throw CommandFailure(error) }
    }

    private static func paste(_ url: WireText) throws(PartyFailure) -> AuthorizationResponse {
        Terminal.complain("Open this in any browser:\n\n  \(url)\n\nand paste the URL that it ends at:")
        guard let line = readLine(strippingNewline: true), let response = AuthorizationResponse(url: WireText(line))
        else {
            throw .setup("That is no URL with an answer.")
        }
        return response
    }
}

/// What of the whole is run.
private struct Chosen {
    var takesJourney = true
    var last = JourneyStep.Kind.revoke
    /// Ids, all of them where there is nothing; absent where no check is run.
    var checks: [WireText]? = []

    init(_ arguments: Arguments) throws(CommandFailure) {
        if let list = arguments["checks"], list != "all" { checks = list == "none" ? nil : try Self.ids(list) }
        if arguments.has("deny") || arguments.has("browser") || arguments.has("paste"), !arguments.has("checks") {
            checks = nil
        }
        guard let only = arguments["only"] else { return }
        if let step = JourneyStep.Kind(rawValue: only) {
            last = step
            checks = nil
        } else {
            takesJourney = false
            checks = try Self.ids(only)
        }
    }

    private static func ids(_ list: String) throws(CommandFailure) -> [WireText] {
        let ids = list.split(separator: ",").map { WireText(String($0)) }
        for id in ids where !Checks.all.contains(where: { $0.id == id }) {
            let steps = JourneyStep.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                "there is no check \(id); --list shows them. The steps are \(steps).",
                exit: .usage
            )
        }
        return ids
    }
}

import Crypto
import HTTP
import Net
import OAuth
import RelyingParty
import Text

/// The demo third party's bench for redirect flows, at `/sandbox`: choose, start, and see every hop.
///
/// It is a client like any other and knows the bank by HTTP alone.
struct Workbench: Sendable {
    private let issuer: WireText
    private let origin: WireText
    private let hosts: [WireText]
    private let clients: [ClientIdentity]
    private let transport: Transport
    private let codeSeconds: Int
    private let page: WorkbenchPage
    private let shelf = FlowShelf()

    init(_ sandbox: Sandbox, bank address: Address, loop: EventLoop) throws(CommandFailure) {
        issuer = sandbox.issuer
        origin = sandbox.thirdParty
        hosts = [WireText("localhost:\(sandbox.port + 1)"), WireText("127.0.0.1:\(sandbox.port + 1)")]
        clients = try sandbox.workbenchClients()
        codeSeconds = try sandbox.setup().lifetimes.code
        page = try WorkbenchPage(issuer: sandbox.issuer)
        do {
            transport = Transport(
                on: loop,
                resolver: Resolver(on: try WorkerPool(count: 1, limit: 8)),
                tls: try TLSContext(),
                detours: [Transport.Detour(authority: URIReference(sandbox.issuer)?.authority ?? "", address: address)]
            )
        } catch { throw CommandFailure("\(error)") }
    }

    private var now: Timestamp { SystemClock.now }

    func respond(to request: Request) async -> Response {
        // Whoever has a name of their own lead here shall not read what is shown: DNS rebinding.
        guard let authority = request.authority, hosts.contains(authority) else {
            return page.problem(
                WireText("This page is at \(origin)\(Sandbox.workbenchPath) only."),
                .misdirectedRequest
            )
        }
        let parts = request.path.split(at: UInt8(ascii: "/")).dropFirst(2).map(\.string)
        switch (request.method, parts.first ?? "", parts.count) {
        case (.get, "", 0), (.get, "", 1): return await choices(.initial(at: now))
        case (.post, "", 0): return await own(request, start)
        case (.get, "callback", 1), (.post, "callback", 1): return await arrive(request)
        case (.post, "answer", 1): return await own(request, paste)
        case (.get, "flows", 2...3): return show(request, WireText(parts[1]), parts.count == 3 ? parts[2] : "")
        case (.post, "flows", 2): return await own(request) { await step(WireText(parts[1]), $0) }
        default: return page.problem("There is nothing at this path.", .notFound)
        }
    }

    /// A form that a page of somebody else's sends is not taken.
    private func own(_ request: Request, _ answer: (Request) async -> Response) async -> Response {
        guard request.fields.first(.secFetchSite) != "cross-site" else {
            return page.problem("This form came from another site.", .forbidden)
        }
        return await answer(request)
    }

    // MARK: To the bank

    private func choices(_ choices: FlowChoices, _ problems: [WireText] = []) async -> Response {
        do throws(PartyFailure) {
            let server = try await ServerDescription.discover(issuer, by: transport.with(Journal()))
            return page.choices(
                ChoicesView(choices: choices, server: server, problems: problems, earlier: shelf.all),
                problems.isEmpty ? .ok : .unprocessableContent
            )
        } catch { return page.problem(error.sentence, .badGateway) }
    }

    private func start(_ request: Request) async -> Response {
        guard let form = try? FormFields(request.body.span), let choices = FlowChoices(form) else {
            return page.problem("The form cannot be read.", .badRequest)
        }
        let problems = choices.problems(offered: clients.map { WireText($0.method.rawValue) })
        guard problems.isEmpty else { return await self.choices(choices, problems) }
        guard let client = clients.first(where: { $0.method == choices.method }),
            let stranger = clients.first(where: { $0.method == (choices.method == .basic ? .post : .basic) }),
            let id = try? Random.token()
        else { return page.problem("There is no such client.", .badRequest) }
        var flow = Flow(
            id: id,
            choices: choices,
            began: now,
            transport: transport.with(Journal()),
            client: client,
            stranger: stranger
        )
        await flow.prepare(for: issuer)
        let answer = choices.stops ? back(to: flow) : leave(&flow, request)
        shelf.put(flow)
        return answer
    }

    /// Sends the browser to the bank, and writes that down.
    private func leave(_ flow: inout Flow, _ request: Request) -> Response {
        guard let departure = flow.departure else { return back(to: flow) }
        let answer = Response.redirect(to: departure)
        _ = flow.transport.write(call(.departure, request), answered: answer, began: now)
        return answer
    }

    /// The browser's request as it came, without the cookies that other servers of this host have given it.
    private func call(_ purpose: Purpose, _ request: Request) -> Call {
        var fields = request.fields
        fields.remove(.cookie)
        let query = request.query.map { "?\($0)" } ?? ""
        return Call(
            purpose,
            request.method,
            WireText("\(origin)\(request.path)\(query)"),
            fields: fields,
            body: request.body
        )
    }

    // MARK: Back from it

    private func arrive(_ request: Request) async -> Response {
        let isForm = request.method == .post
        let fields = isForm ? try? FormFields(request.body.span) : try? FormFields(request.query ?? "")
        guard let fields else { return page.problem("The answer cannot be read.", .badRequest) }
        // OAuth 2.0 Multiple Response Types §2.1: what stands behind # does not leave the browser.
        if fields.fields.isEmpty { return page.fragment() }
        return await take(
            AuthorizationResponse(parameters: fields, carrier: isForm ? .form : .query),
            .arrival,
            request
        )
    }

    private func paste(_ request: Request) async -> Response {
        guard let form = try? FormFields(request.body.span), let url = form["url"],
            url.byteCount <= Limits.flowFieldBytes, url.hasPrefix(clients[0].redirectURI),
            let response = AuthorizationResponse(url: url)
        else {
            return page.fragment(problem: "That is not the address that the bank has sent the browser to.")
        }
        return await take(response, .pasted, request)
    }

    private func take(
        _ response: AuthorizationResponse,
        _ purpose: Purpose,
        _ request: Request
    ) async -> Response {
        let state = response["state"] ?? response["response"].flatMap { ReadableToken($0)?.claims["state"]?.text }
        var flow: Flow
        do throws(FlowShelf.Absence) {
            flow = try shelf.take { $0.attempt != nil && $0.attempt?.state == state && !$0.isAnswered }
        } catch {
            return page.problem(
                "No journey waits for this answer. Its state is unknown, or was answered before: RFC 6749 §10.12.",
                .badRequest
            )
        }
        flow.newest = flow.transport.journal.count + 1
        let answer = back(to: flow)
        let exchange = flow.transport.write(call(purpose, request), answered: answer, began: now)
        flow.arrive(response, by: exchange, at: now)
        if flow.code != nil, !flow.choices.stops {
            let first = flow.newest
            await flow.take(.redeem, codeSeconds: codeSeconds, at: now)
            if flow.tokens != nil { await flow.take(.accounts, codeSeconds: codeSeconds, at: now) }
            flow.newest = first
        }
        shelf.put(flow)
        return answer
    }

    // MARK: A journey

    private func show(_ request: Request, _ id: WireText, _ form: String) -> Response {
        guard let flow = shelf.look(id) else { return unknown }
        switch form {
        case "":
            let opensAll = request.query == "open=all"
            return page.flow(FlowView(flow: flow, opensAll: opensAll, codeSeconds: codeSeconds, now: now))
        case "har": return FlowExport.har(flow)
        case "markdown": return FlowExport.markdown(flow)
        default: return page.problem("There is nothing at this path.", .notFound)
        }
    }

    private func step(_ id: WireText, _ request: Request) async -> Response {
        guard let form = try? FormFields(request.body.span), let step = FlowStep(rawValue: form["step"]?.string ?? "")
        else { return page.problem("There is no such step.", .badRequest) }
        var flow: Flow
        do throws(FlowShelf.Absence) {
            flow = try shelf.take { $0.id == id }
        } catch {
            return error == .busy ? page.problem("Another step of this journey is under way.", .conflict) : unknown
        }
        defer { shelf.put(flow) }
        // A page that was open for long may have a button that its journey has no use for any more.
        guard step.obstacle(in: flow) == nil else { return back(to: flow) }
        if step == .leave { return leave(&flow, request) }
        await flow.take(step, codeSeconds: codeSeconds, at: now)
        return back(to: flow)
    }

    /// To the page of a journey, at what was done last.
    private func back(to flow: Flow) -> Response {
        let count = flow.transport.journal.count
        let anchor = count >= flow.newest && flow.newest > 1 ? "#hop-\(flow.newest)" : ""
        return .redirect(to: WireText("\(Sandbox.workbenchPath)/flows/\(flow.id)\(anchor)"))
    }

    private var unknown: Response {
        let sentence = "There is no such journey; the sandbox keeps the newest \(Limits.flowsKept) until it stops."
        return page.problem(WireText(sentence), .notFound)
    }
}

internal import HTTP
internal import JOSE
internal import Net
internal import Text

/// Where checks are run: the parties, somebody who can log in, and a browser that is logged in already.
///
/// Checks run one after the other on it.
final class Bench {
    let server: ServerDescription
    /// The issuer as it was asked for.
    let asked: WireText
    let plan: JourneyPlan
    let transport: Transport
    let party: Party
    private var cookies: CookieJar?

    init(_ plan: JourneyPlan, at server: ServerDescription, asked: WireText, by transport: Transport) {
        self.plan = plan
        self.server = server
        self.asked = asked
        self.transport = transport
        party = Party(plan.client, at: server, by: transport)
    }

    var now: Timestamp { SystemClock.now }

    // MARK: Who takes part

    func other() throws(PartyFailure) -> Party {
        guard let other = plan.other else { throw .setup("there is no second client") }
        return Party(other, at: server, by: transport)
    }

    /// Another client that may register consents as well.
    func otherReader() throws(PartyFailure) -> Party {
        let known = [plan.other, plan.signer].compactMap { $0 }
        guard let client = known.first(where: { $0.method != .none && $0.mayAsk(for: "accounts") != false }) else {
            throw .setup("there is no second client that may ask for accounts")
        }
        return Party(client, at: server, by: transport)
    }

    /// Every client that there is.
    var parties: [Party] {
        [plan.client, plan.other, plan.signer].compactMap { $0 }.map { Party($0, at: server, by: transport) }
    }

    func signer() throws(PartyFailure) -> Party {
        guard let signer = plan.signer, signer.key != nil else { throw .setup("there is no client with a key") }
        return Party(signer, at: server, by: transport)
    }

    func proving() throws(PartyFailure) -> (Party, DPoPKey) {
        guard server.document["dpop_signing_alg_values_supported"] != nil else {
            throw .setup("the server does not announce DPoP")
        }
        guard !plan.client.showsCertificate else { throw .setup("the client's tokens are bound to its certificate") }
        let key = try DPoPKey()
        var party = party
        party.proofs = key
        return (party, key)
    }

    func require(_ endpoint: WireText) throws(PartyFailure) {
        guard server.url(endpoint) != nil else { throw .setup(WireText("the server has no \(endpoint)")) }
    }

    /// A client that has a secret or a key; a public one has nothing to be wrong.
    func confidential() throws(PartyFailure) -> Party {
        switch plan.client.method {
        case .none: throw .setup("the client is public")
        case .certificate, .ownCertificate: throw .setup("every connection shows what the client proves itself by")
        case .basic, .post, .privateKey: return party
        }
    }

    func secretive() throws(PartyFailure) -> (Party, WireText) {
        guard let secret = plan.client.secret, plan.client.method == .basic || plan.client.method == .post else {
            throw .setup("the client has no secret")
        }
        return (party, secret)
    }

    func driver(_ decision: PageDriver.Decision = .allow, boxes: [Int]? = nil) throws(PartyFailure) -> PageDriver {
        guard let person = plan.person else { throw .setup("there is nobody who could log in") }
        return PageDriver(
            username: person.username,
            password: person.password,
            boxes: boxes ?? person.boxes,
            decision: decision
        )
    }

    // MARK: Requests and answers

    func attempt(of client: ClientIdentity? = nil) throws(PartyFailure) -> AuthorizationAttempt {
        let client = client ?? plan.client
        return try AuthorizationAttempt(of: client, scope: plan.loginScope(of: client))
    }

    /// A browser of somebody who has logged in.
    func browser(_ destinations: [WireText] = []) async throws(PartyFailure) -> Browser {
        var browser = Browser(transport, destinations: [plan.client.redirectURI] + destinations)
        if let cookies {
            browser.jar = cookies
        } else {
            let first = await browser.open(party.authorizationURL(try attempt().parameters))
            _ = try await driver().drive(&browser, from: first)
            cookies = browser.jar
        }
        return browser
    }

    /// A code for a request, from somebody who allows it.
    func code(
        _ attempt: AuthorizationAttempt,
        for party: Party? = nil,
        boxes: [Int]? = nil
    ) async throws(PartyFailure) -> WireText {
        let party = party ?? self.party
        let response = try await answer(party.authorizationURL(attempt.parameters), party, boxes: boxes)
        let opened = try response.opened(from: server, for: party.client, at: now)
        guard let code = opened.code else { throw .refused(opened) }
        return code
    }

    /// What comes back for a URL, from somebody who allows it.
    func answer(
        _ url: WireText,
        _ party: Party? = nil,
        boxes: [Int]? = nil
    ) async throws(PartyFailure) -> AuthorizationResponse {
        var browser = try await browser([(party ?? self.party).client.redirectURI])
        let first = await browser.open(url)
        return try await driver(boxes: boxes).drive(&browser, from: first)
    }

    /// Fresh tokens of the client.
    func tokens(
        _ party: Party? = nil,
        _ attempt: AuthorizationAttempt? = nil
    ) async throws(PartyFailure) -> (tokens: Tokens, attempt: AuthorizationAttempt, exchange: Exchange) {
        let party = party ?? self.party
        let used: AuthorizationAttempt
        if let attempt { used = attempt } else { used = try self.attempt(of: party.client) }
        let exchange = try await party.redeem(try await code(used, for: party), used)
        guard let tokens = Tokens(exchange) else { throw .answer(exchange, "There are no tokens.") }
        return (tokens, used, exchange)
    }

    /// What a browser of somebody who has logged in meets with a request.
    func reaction(
        to attempt: AuthorizationAttempt,
        also destinations: [WireText] = [],
        loggedIn: Bool = true
    ) async throws(PartyFailure) -> Reaction {
        try await reaction(to: party.authorizationURL(attempt.parameters), also: destinations, loggedIn: loggedIn)
    }

    func reaction(
        to url: WireText,
        also destinations: [WireText] = [],
        loggedIn: Bool = true
    ) async throws(PartyFailure) -> Reaction {
        var browser = Browser(transport, destinations: [plan.client.redirectURI] + destinations)
        if loggedIn { browser = try await self.browser(destinations) }
        return Reaction(await browser.open(url))
    }
}

/// What a browser met.
enum Reaction {
    /// Sent back with an error or a code.
    case returned(AuthorizationResponse, to: WireText)
    /// A page that refuses.
    case refused(Exchange)
    /// A page to go on with.
    case page(Exchange, HTMLPage)
    case lost(Exchange)

    init(_ arrival: Browser.Arrival) {
        switch arrival {
        case .returned(let exchange, let url, _):
            if let response = AuthorizationResponse(arrival) {
                self = .returned(response, to: url)
            } else {
                self = .lost(exchange)
            }
        case .page(let exchange, let page):
            self = exchange.status >= 400 ? .refused(exchange) : .page(exchange, page)
        case .lost(let exchange): self = .lost(exchange)
        }
    }

    var words: WireText {
        switch self {
        case .returned(let response, _): WireText("sent back with \(response.summary)")
        case .refused(let exchange): WireText("a page with \(exchange.status)")
        case .page(let exchange, let page): WireText("\(exchange.status), a page to go on with: \(page.beginning)")
        case .lost(let exchange): exchange.summary
        }
    }

    /// A request that nobody may go on with: sent back with one of these errors, or a page that says no.
    func isRefused(with errors: WireText...) -> Verdict {
        switch self {
        case .returned(let response, _):
            guard let error = response.error else { return .fail(words) }
            guard errors.isEmpty || errors.contains(error) else {
                return .fail(WireText("\(words), where \(errors.map(\.string).joined(separator: " or ")) was expected"))
            }
            return .pass(WireText("error=\(error)"))
        case .refused: return .pass(words)
        case .page, .lost: return .fail(words)
        }
    }

    /// A request whose way back is not to be trusted: a page that says no, and no redirect.
    var isRefusedOnPage: Verdict {
        switch self {
        case .refused(let exchange): .pass(WireText("\(exchange.status), no redirect"))
        case .returned(_, let url): .fail(WireText("the browser is sent to \(url)"))
        case .page, .lost: .fail(words)
        }
    }
}

extension Exchange {
    /// A refusal with one of these errors.
    func isRefused(with errors: WireText...) -> Verdict {
        guard status >= 400, status < 500 else {
            return .fail(WireText("\(summary), where \(errors.map(\.string).joined(separator: " or ")) was expected"))
        }
        guard let error, errors.contains(error) else {
            return .fail(WireText("\(summary), where \(errors.map(\.string).joined(separator: " or ")) was expected"))
        }
        return .pass(summary)
    }

    /// A refusal of a resource: RFC 6750 §3.
    var isRefusedToken: Verdict {
        status == 401 || status == 400 && error != nil ? .pass(summary) : .fail(summary)
    }
}

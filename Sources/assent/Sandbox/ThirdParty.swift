import Crypto
import HTTP
import Net
import OAuth
import Synchronization
import Text

/// The demo third party: a client like any other, which knows the bank by HTTP alone.
struct ThirdParty: RequestHandler {
    private let bank: ThirdPartyBank
    private let page: ThirdPartyPage
    private let workbench: Workbench
    private let journeys = Journeys()
    private let calls = Calls()

    /// - Parameters:
    ///   - address: Where the bank listens.
    ///   - loop: Where requests to the bank are made.
    init(_ sandbox: Sandbox, secret: WireText, bank address: Address, loop: EventLoop) throws(CommandFailure) {
        bank = ThirdPartyBank(
            issuer: sandbox.issuer,
            clientID: Sandbox.thirdPartyClient,
            secret: secret,
            redirectURI: WireText("\(sandbox.thirdParty)/callback"),
            address: address,
            loop: loop
        )
        page = try ThirdPartyPage()
        workbench = try Workbench(sandbox, bank: address, loop: loop)
    }

    func respond(to request: Request) async -> Response {
        let path = request.path
        if path == Sandbox.workbenchPath || path.hasPrefix(WireText("\(Sandbox.workbenchPath)/")) {
            return await workbench.respond(to: request)
        }
        do throws(ThirdPartyFailure) {
            switch (request.method, request.path) {
            case (.get, "/"): return page.start()
            case (.post, "/connect"): return try await connect()
            case (.post, "/device"):
                return page.device(try await bank.deviceCodes(for: try await bank.registerConsent()))
            case (.post, "/device/poll"): return try await poll(request)
            case (.post, "/call"): return try await call(request)
            case (.post, "/call/poll"): return try await pollCall(request)
            case (.post, "/notice"): return notice(request)
            case (.get, "/callback"): return try await callback(request)
            default: return .text(.notFound, "There is nothing at this path.")
            }
        } catch {
            return page.failure(error)
        }
    }

    /// Registers a consent in the background, then sends the customer to the bank.
    private func connect() async throws(ThirdPartyFailure) -> Response {
        let consent = try await bank.registerConsent()
        let journey = try Journey(consent: consent)
        journeys.keep(journey)
        return .redirect(to: bank.authorizationURL(for: journey))
    }

    /// Asks once what has become of the codes; a device would do so every five seconds.
    private func poll(_ request: Request) async throws(ThirdPartyFailure) -> Response {
        guard let form = try? FormFields(request.body.span), let device = form["device_code"] else {
            throw .codeMissing
        }
        do {
            let tokens = try await bank.poll(device)
            return page.paired(tokens, accounts: try await bank.accounts(with: tokens.accessToken))
        } catch .bankRefused(_, let body) {
            let error = (try? JSONReader.read(body.bytes))?["error"]?.text ?? body
            return page.waiting(device, error: error)
        }
    }

    /// Has the bank ask a customer who is not at any browser of ours.
    private func call(_ request: Request) async throws(ThirdPartyFailure) -> Response {
        guard let username = (try? FormFields(request.body.span))?["username"] else { throw .codeMissing }
        let message: WireText
        let token: WireText
        do {
            message = WireText(Hex.encode(try Entropy.system.bytes(2)))
            token = try Entropy.system.token()
        } catch { throw .randomnessFailed }
        let consent = try await bank.registerConsent()
        let call = try await bank.call(username, about: consent, message: message, token: token)
        calls.begin(call.id, token: token)
        return page.calling(call, page: WireText("\(bank.issuer)/consents"))
    }

    private func pollCall(_ request: Request) async throws(ThirdPartyFailure) -> Response {
        guard let id = (try? FormFields(request.body.span))?["auth_req_id"] else { throw .codeMissing }
        let isTold = calls.isTold(id)
        do {
            let tokens = try await bank.poll(call: id)
            return page.answered(tokens, accounts: try await bank.accounts(with: tokens.accessToken), isTold: isTold)
        } catch .bankRefused(_, let body) {
            let error = (try? JSONReader.read(body.bytes))?["error"]?.text ?? body
            return page.unanswered(id, error: error, isTold: isTold)
        }
    }

    /// The bank says that there is an answer: OpenID CIBA Core 1.0 §10.2.
    private func notice(_ request: Request) -> Response {
        guard let id = (try? JSONReader.read(request.body))?["auth_req_id"]?.text,
            case .bearer(let token) = try? Authorization.read(request.fields), calls.note(id, token: token)
        else { return .empty(.unauthorized) }
        return .empty(.noContent)
    }

    /// What the customer brings back: a code, or the bank's reason why not.
    private func callback(_ request: Request) async throws(ThirdPartyFailure) -> Response {
        guard let fields = try? FormFields(request.query ?? ""), let state = fields["state"],
            let journey = journeys.take(state)
        else { throw .stateUnknown }
        // RFC 9207 §2.4: an answer of another server is not for this journey.
        guard fields["iss"] == bank.issuer else { throw .otherIssuer }
        if let error = fields["error"] {
            return page.refused(journey, error: error, description: fields["error_description"])
        }
        guard let code = fields["code"] else { throw .codeMissing }
        let tokens = try await bank.redeem(code, for: journey)
        let accounts = try await bank.accounts(with: tokens.accessToken)
        return page.connected(journey, code: code, tokens: tokens, accounts: accounts)
    }
}

/// One customer on the way to the bank and back.
struct Journey: Sendable {
    let consent: WireText
    let state: WireText
    let nonce: WireText
    let verifier: WireText

    init(consent: WireText) throws(ThirdPartyFailure) {
        self.consent = consent
        do {
            state = try Entropy.system.token()
            nonce = try Entropy.system.token()
            verifier = try Entropy.system.token()
        } catch { throw .randomnessFailed }
    }
}

/// Journeys that have not come back, the newest of them; each comes back once.
private final class Journeys: Sendable {
    private let waiting = Mutex<[Journey]>([])

    func keep(_ journey: Journey) {
        waiting.withLock { waiting in
            waiting.append(journey)
            if waiting.count > Self.limit { waiting.removeFirst() }
        }
    }

    func take(_ state: WireText) -> Journey? {
        waiting.withLock { waiting in
            guard let index = waiting.firstIndex(where: { $0.state == state }) else { return nil }
            return waiting.remove(at: index)
        }
    }

    private static let limit = 100
}

/// Requests by the back channel, the newest of them, and whether the bank has told us of an answer.
private final class Calls: Sendable {
    private let open = Mutex<[(id: WireText, token: WireText, isTold: Bool)]>([])

    func begin(_ id: WireText, token: WireText) {
        open.withLock { open in
            open.append((id, token, false))
            if open.count > Self.limit { open.removeFirst() }
        }
    }

    /// Whether the notice is about a request of ours, and by whom we asked.
    func note(_ id: WireText, token: WireText) -> Bool {
        open.withLock { open in
            guard let index = open.firstIndex(where: { $0.id == id && $0.token == token }) else { return false }
            open[index].isTold = true
            return true
        }
    }

    func isTold(_ id: WireText) -> Bool { open.withLock { open in open.contains { $0.id == id && $0.isTold } } }

    private static let limit = 100
}

/// Why a journey came to nothing.
enum ThirdPartyFailure: Error {
    case bankUnreachable(NetFailure)
    case bankRefused(status: Int, body: WireText)
    case answerMalformed
    case stateUnknown
    case otherIssuer
    case codeMissing
    case randomnessFailed
}

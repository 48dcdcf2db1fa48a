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
    private let journeys = Journeys()

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
    }

    func respond(to request: Request) async -> Response {
        do throws(ThirdPartyFailure) {
            switch (request.method, request.path) {
            case (.get, "/"): return page.start()
            case (.post, "/connect"): return try await connect()
            case (.post, "/device"):
                return page.device(try await bank.deviceCodes(for: try await bank.registerConsent()))
            case (.post, "/device/poll"): return try await poll(request)
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

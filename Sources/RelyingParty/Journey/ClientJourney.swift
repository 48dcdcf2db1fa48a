internal import HTTP
internal import Net
package import Text

/// A client on its whole way: from the description of a server to tokens, and to their end.
package struct ClientJourney: Sendable {
    package let plan: JourneyPlan
    package let issuer: WireText
    package let transport: Transport
    private let atPages: PagesAnswered

    /// Who answers the pages of the server.
    package enum PagesAnswered: Sendable {
        /// We do, by their forms.
        case headless
        /// A person in a browser, who is sent to a URL and comes back with an answer that carries a state.
        case byPerson(
            @Sendable (_ url: WireText, _ state: WireText) async throws(PartyFailure) -> AuthorizationResponse
        )
    }

    package init(
        _ plan: JourneyPlan,
        to issuer: WireText,
        by transport: Transport,
        pages atPages: PagesAnswered = .headless
    ) {
        self.plan = plan
        self.issuer = issuer
        self.transport = transport
        self.atPages = atPages
    }

    /// What a journey brought home.
    package struct End: Sendable {
        package var server: ServerDescription?
        package var tokens: Tokens?
        package var consent: WireText?
        package var steps: [JourneyStep] = []

        package init() {}

        package var hasFailed: Bool { steps.contains { $0.outcome == .failed } }
    }

    /// Takes every step, and tells of each when it is done; one that fails ends the journey.
    ///
    /// - Parameter last: The step to end with.
    package func run(
        until last: JourneyStep.Kind = .revoke,
        _ report: @escaping @Sendable (JourneyStep) -> Void
    ) async -> End {
        var walk = Walk(journey: self, report: report)
        do throws(PartyFailure) {
            for kind in JourneyStep.Kind.allCases {
                walk.begin()
                let (outcome, result) = try await walk.take(kind)
                walk.finish(kind, outcome, result)
                if kind == last { break }
                if walk.isOver { break }
            }
        } catch {
            let kind = JourneyStep.Kind.allCases[walk.end.steps.count]
            walk.finish(kind, .failed, error.sentence)
        }
        return walk.end
    }

    /// One run, as far as it has come.
    private struct Walk {
        let journey: ClientJourney
        let report: @Sendable (JourneyStep) -> Void
        var end = End()
        var isOver = false
        private var party: Party?
        private var attempt: AuthorizationAttempt?
        private var clientToken: WireText?
        private var reference: WireText?
        private var response: AuthorizationResponse?
        private var start = 0

        init(journey: ClientJourney, report: @escaping @Sendable (JourneyStep) -> Void) {
            self.journey = journey
            self.report = report
        }

        private var plan: JourneyPlan { journey.plan }
        private var now: Timestamp { SystemClock.now }

        mutating func begin() { start = journey.transport.journal.count }

        mutating func finish(_ kind: JourneyStep.Kind, _ outcome: JourneyStep.Outcome, _ result: WireText) {
            let exchanges = (start + 1)..<(journey.transport.journal.count + 1)
            let step = JourneyStep(kind: kind, outcome: outcome, result: result, exchanges: exchanges)
            end.steps.append(step)
            report(step)
        }

        mutating func take(
            _ kind: JourneyStep.Kind
        ) async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            switch kind {
            case .discover: try await discover()
            case .clientToken: try await getClientToken()
            case .consent: try await registerConsent()
            case .push: try await push()
            case .authorize: try await authorize()
            case .respond: try respond()
            case .redeem: try await redeem()
            case .identify: identify()
            case .verify: verify()
            case .introspect: try await introspect()
            case .resource: try await callResource()
            case .refresh: try await refresh()
            case .revoke: try await revoke()
            }
        }

        private mutating func discover() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            let server = try await ServerDescription.discover(journey.issuer, by: journey.transport)
            end.server = server
            var party = Party(plan.client, at: server, by: journey.transport)
            if plan.provesKey { party.proofs = try DPoPKey() }
            self.party = party
            guard server.issuer == journey.issuer else {
                return (.failed, WireText("the issuer calls itself \(server.issuer)"))
            }
            return (.done, WireText("\(server.issuer), keys: \(server.keys["keys"]?.array?.count ?? 0)"))
        }

        private mutating func getClientToken() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, plan.consentAPI != nil else { return (.skipped, "the server has no API for consents") }
            // What is bound to the person's token is proved with it; this one is used at once.
            let exchange = try await party.clientToken(scope: "accounts")
            guard let tokens = Tokens(exchange) else { throw .answer(exchange, "There is no token.") }
            clientToken = tokens.access
            return (.done, lifetime(of: tokens))
        }

        private mutating func registerConsent() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let base = plan.consentAPI, let clientToken else {
                return (.skipped, "the server has no API for consents")
            }
            let call = Call.json(.consent, WireText("\(base)/account-access-consents"), plan.consentDocument)
            let exchange = try await party.resource(call, with: clientToken)
            guard exchange.isSuccess, let id = exchange.json?["Data"]?["ConsentId"]?.text else {
                throw .answer(exchange, "There is no consent.")
            }
            end.consent = id
            return (.done, WireText("\(exchange.status) \(id)"))
        }

        private mutating func push() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let server = end.server else { return (.skipped, "") }
            var attempt = try AuthorizationAttempt(of: plan.client, scope: plan.scope, responseMode: plan.responseMode)
            if let consent = end.consent { attempt = attempt.about(consent: consent) }
            if let proofs = party.proofs { attempt = attempt.with("dpop_jkt", proofs.thumbprint) }
            if plan.signsRequest {
                let object = try party.requestObject(attempt)
                attempt.parameters = FormFields([.init("client_id", plan.client.id), .init("request", object)])
            }
            self.attempt = attempt
            let mayPush = server.url("pushed_authorization_request_endpoint") != nil
            guard plan.usesPush ?? mayPush else {
                return (.skipped, mayPush ? "not asked for" : "the server has no endpoint for it")
            }
            let exchange = try await party.push(attempt.parameters)
            guard exchange.isSuccess, let reference = exchange.json?["request_uri"]?.text else {
                throw .answer(exchange, "The request was not taken.")
            }
            self.reference = reference
            return (.done, WireText("\(exchange.status) \(reference.ending)"))
        }

        private mutating func authorize() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let attempt else { return (.skipped, "") }
            let url =
                reference.map { party.authorizationURL(pushed: $0) } ?? party.authorizationURL(attempt.parameters)
            switch journey.atPages {
            case .byPerson(let answer):
                response = try await answer(url, attempt.state)
                return (.done, "a person has answered")
            case .headless:
                guard let person = plan.person else { throw .setup("There is nobody who could log in.") }
                let driver = PageDriver(
                    username: person.username,
                    password: person.password,
                    boxes: person.boxes,
                    decision: plan.decision
                )
                let before = journey.transport.journal.count
                var browser = Browser(journey.transport, destinations: [plan.client.redirectURI])
                let first = await browser.open(url)
                response = try await driver.drive(&browser, from: first)
                return (.done, WireText("as \(person.username), hops: \(journey.transport.journal.count - before)"))
            }
        }

        private mutating func respond() throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let sealed = response, let attempt, let server = end.server else { return (.skipped, "") }
            let response = try sealed.opened(from: server, for: plan.client, at: now)
            self.response = response
            var words: [String] = [sealed["response"] == nil ? "by \(response.carrier.rawValue)" : "signed"]
            if let exchange = sealed.exchange { words.insert("\(exchange.status)", at: 0) }
            if let code = response.code { words.append("code=\(code.ending)") }
            if let error = response.error { words.append("error=\(error)") }
            var problems: [String] = []
            if response["state"] == attempt.state {
                words.append("state ok")
            } else {
                problems.append("state is another")
            }
            switch response["iss"] {
            case server.issuer: words.append("iss ok")
            case nil where !server.says("authorization_response_iss_parameter_supported"): words.append("no iss")
            case nil: problems.append("iss is missing")
            default: problems.append("iss is another")
            }
            let isDenied = plan.decision != .allow
            if isDenied {
                isOver = true
                if response.error != "access_denied" { problems.append("access_denied was expected") }
            } else if response.code == nil {
                throw .refused(response)
            }
            guard problems.isEmpty else { return (.failed, WireText((words + problems).joined(separator: "  "))) }
            return (.done, WireText(words.joined(separator: "  ")))
        }

        private mutating func redeem() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let attempt, let code = response?.code else { return (.skipped, "") }
            let exchange = try await party.redeem(code, attempt)
            guard let tokens = Tokens(exchange) else { throw .answer(exchange, "There are no tokens.") }
            end.tokens = tokens
            return (.done, WireText("\(exchange.status) \(lifetime(of: tokens))"))
        }

        private func identify() -> (JourneyStep.Outcome, WireText) {
            guard let attempt, let server = end.server, let token = end.tokens?.id else {
                return (.skipped, "there is none")
            }
            var checks = IDTokenChecks(server: server, client: plan.client, nonce: attempt.nonce)
            checks.accessToken = end.tokens?.access
            return summary(of: checks.findings(in: token, at: now))
        }

        private func verify() -> (JourneyStep.Outcome, WireText) {
            guard let server = end.server, let token = end.tokens?.access else { return (.skipped, "") }
            let findings = AccessTokenChecks(server: server, client: plan.client).findings(in: token, at: now)
            guard !findings.isEmpty else { return (.skipped, "it is not one that clients can read") }
            return summary(of: findings)
        }

        private func introspect() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let server = end.server, let token = end.tokens?.access else { return (.skipped, "") }
            guard server.url("introspection_endpoint") != nil else {
                return (.skipped, "the server has no endpoint for it")
            }
            guard plan.client.method != .none else { return (.skipped, "a public client may not ask") }
            let exchange = try await party.introspect(token)
            guard exchange.json?["active"]?.boolean == true else { throw .answer(exchange, "The token is not active.") }
            return (.done, WireText("\(exchange.status) active"))
        }

        private func callResource() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let server = end.server, let token = end.tokens?.access else { return (.skipped, "") }
            if let base = plan.consentAPI, end.consent != nil {
                let exchange = try await party.resource(.get(.resource, WireText("\(base)/accounts")), with: token)
                guard exchange.isSuccess else { throw .answer(exchange, "The accounts are not shown.") }
                let count = exchange.json?["Data"]?["Account"]?.array?.count ?? 0
                return (.done, WireText("\(exchange.status) accounts: \(count)"))
            }
            guard server.url("userinfo_endpoint") != nil else { return (.skipped, "there is none that is known") }
            let exchange = try await party.userInfo(token)
            guard exchange.isSuccess else { throw .answer(exchange, "The claims of the person are not told.") }
            return (.done, WireText("\(exchange.status) sub=\(exchange.json?["sub"]?.text ?? "")"))
        }

        private mutating func refresh() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let token = end.tokens?.refresh else { return (.skipped, "there is no refresh token") }
            let exchange = try await party.refresh(token)
            guard let tokens = Tokens(exchange) else { throw .answer(exchange, "There are no new tokens.") }
            let isNew = tokens.refresh.map { $0 != token } ?? false
            end.tokens = tokens.keeping(refresh: token)
            return (.done, WireText("\(exchange.status) \(lifetime(of: tokens))\(isNew ? ", replaced" : "")"))
        }

        private func revoke() async throws(PartyFailure) -> (JourneyStep.Outcome, WireText) {
            guard let party, let server = end.server, let tokens = end.tokens else { return (.skipped, "") }
            guard server.url("revocation_endpoint") != nil else {
                return (.skipped, "the server has no endpoint for it")
            }
            let exchange = try await party.revoke(tokens.refresh ?? tokens.access)
            guard exchange.status == 200 else { throw .answer(exchange, "The token was not revoked.") }
            return (.done, "200")
        }

        private func lifetime(of tokens: Tokens) -> WireText {
            var words = ["\(tokens.type)\(tokens.expiresIn.map { " \($0) s" } ?? "")"]
            if tokens.refresh != nil { words.append("refresh") }
            if tokens.id != nil { words.append("id_token") }
            return WireText(words.joined(separator: ", "))
        }

        private func summary(of findings: [TokenFinding]) -> (JourneyStep.Outcome, WireText) {
            let problems = findings.compactMap(\.problem)
            guard problems.isEmpty else {
                return (.failed, WireText(problems.map(\.string).joined(separator: "; ")))
            }
            return (.done, WireText("all of \(findings.count) rules hold"))
        }
    }
}

extension WireText {
    /// The end of a secret, enough to know it again.
    package var ending: WireText { WireText("…" + String(decoding: bytes.suffix(4), as: UTF8.self)) }
}

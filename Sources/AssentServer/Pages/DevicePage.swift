internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// `/device`: a person brings the code that another device shows: RFC 8628 §3.3.
///
/// From here on it is a request like any other: the login and the consent page are the same, and neither is left out.
struct DevicePage: PageEndpoint {
    let house: House

    static let path: WireText = "/device"

    let routes = [Route(.get, path, answersHead: false), Route(.post, path)]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.page(request) { () async throws(Visit.Trouble) in
            do throws(PageFailure) {
                return request.method == .post ? try await submit(request, at: now) : try show(request)
            } catch {
                switch error {
                case .refused(let refusal): throw .page(.refused(refusal))
                case .trouble(let trouble): throw trouble
                }
            }
        }
    }

    private func show(_ request: Request) throws(PageFailure) -> Response {
        let known = BrowserCookies.read(BrowserCookies.browser, of: request)
        let browser: WireText
        do { browser = if let known { known } else { try house.freshToken() } } catch { throw .refused(error) }
        // RFC 8628 §3.3.1: a code that came with the address is shown, to be compared, and leads nowhere by itself.
        let code = (try? FormFields(request.query ?? ""))?["user_code"].flatMap { UserCode(typed: $0) }
        let reader = Reader(of: request, at: house.clock.now)
        let response = page(browser, code.map { .compared($0.text) } ?? .typed(""), nil, for: reader)
        return known == nil ? response.setting(SetCookie(BrowserCookies.browser, browser)) : response
    }

    private func submit(_ request: Request, at now: Timestamp) async throws(PageFailure) -> Response {
        guard let browser = BrowserCookies.read(BrowserCookies.browser, of: request) else {
            throw .trouble(.page(.forged(back: Self.path)))
        }
        let form: PageForm
        do { form = try PageForm(request, to: house.issuer, bearing: token(browser)) } catch {
            switch error {
            case .unsupportedBody: throw .trouble(.page(.unsupportedBody))
            case .forged: throw .trouble(.page(.forged(back: Self.path)))
            }
        }
        let reader = Reader(of: request, at: now)
        if let choice = form.choice(at: now) {
            // A code that came with the address stands in the same field, and is compared again.
            let code: DeviceView.Code =
                UserCode(typed: form.userCode ?? "").map { .compared($0.text) } ?? .typed(form.userCode ?? "")
            return page(browser, code, nil, for: reader.choosing(choice)).setting(choice.cookie)
        }
        guard form.decision == "continue", form.username == nil, form.password == nil, form.accounts.isEmpty else {
            throw .trouble(.page(.forged(back: Self.path)))
        }
        let guesser = CodeGuesser(browser: Fingerprint(of: browser), address: request.peer.address)
        do {
            if let seconds = try await house.wait(of: guesser, at: now) {
                return page(browser, .typed(form.userCode ?? ""), .tooMany(seconds: seconds), for: reader)
            }
            guard let polled = try await polled(typed: form.userCode ?? "", at: now) else {
                try await house.count(guesser, at: now)
                return page(browser, .typed(form.userCode ?? ""), .unknown, for: reader)
            }
            return try await begin(polled, in: browser, at: now)
        } catch { throw .refused(error) }
    }

    /// The request whose code this is; what is over is told from what never was by nobody.
    private func polled(typed text: WireText, at now: Timestamp) async throws(Refusal) -> PolledRequest? {
        guard let code = UserCode(typed: text) else { return nil }
        let polled = try await house.ask { store throws(StoreFailure) in
            try await store.polledRequest(userCode: code.fingerprint)
        }
        guard let polled, polled.canBeEntered(at: now) else { return nil }
        return polled
    }

    private func begin(
        _ polled: PolledRequest,
        in browser: WireText,
        at now: Timestamp
    ) async throws(Refusal) -> Response {
        let interaction = try house.interaction(about: polled, in: Fingerprint(of: browser), at: now)
        try await house.commit([
            OAuth.Change.polled(.enter(polled.fingerprint, at: now)), .openInteraction(interaction),
        ])
        return .redirect(to: WireText("/interaction/\(interaction.id)/consent"))
    }

    private func page(
        _ browser: WireText,
        _ code: DeviceView.Code,
        _ problem: DeviceProblem?,
        for reader: Reader
    ) -> Response {
        let view = DeviceView(action: Self.path, token: token(browser), code: code, problem: problem)
        var response = house.pages.own(.device, problem?.status ?? .ok, for: reader) { view.view($0) }
        if case .tooMany(let seconds) = problem { response.fields.append(.retryAfter, FieldValue(seconds)) }
        return response
    }

    private func token(_ browser: WireText) -> WireText {
        house.forms.token(for: .device, bearing: Fingerprint(of: browser))
    }
}

extension House {
    /// The pages on which a person decides about a request that its client polls.
    func interaction(
        about polled: PolledRequest,
        in browser: Fingerprint,
        at now: Timestamp
    ) throws(Refusal) -> Interaction {
        let parameters: FormFields
        do { parameters = try FormFields(polled.parameters) } catch { throw .serverFailed }
        return Interaction(
            id: Identifier(try freshToken()),
            browser: browser,
            parameters: polled.parameters,
            arrival: polled.arrival,
            intent: try ClaimsRequest(parameters["claims"]).intent,
            created: now,
            expires: min(now + lifetimes.interaction, polled.expires)
        )
    }
}

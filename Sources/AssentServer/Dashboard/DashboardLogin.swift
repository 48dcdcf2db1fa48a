internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// `/consents/login`: asks who somebody is, where no third party asks for them.
struct DashboardLoginPage: PageEndpoint {
    let house: House

    let routes = [
        Route(.get, Dashboard.loginPath, answersHead: false), Route(.post, Dashboard.loginPath),
    ]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            request.method == .post ? try await submit(request, at: now) : try await show(request, at: now)
        }
    }

    private func show(_ request: Request, at now: Timestamp) async throws(Dashboard.Trouble) -> Response {
        do {
            if try await house.session(of: request, at: now) != nil { return .redirect(to: Dashboard.path) }
            let known = BrowserCookies.read(BrowserCookies.browser, of: request)
            let browser = if let known { known } else { try house.freshToken() }
            let response = page(browser, nil, username: "", for: Reader(of: request, at: now))
            return known == nil ? response.setting(SetCookie(BrowserCookies.browser, browser)) : response
        } catch { throw .from(error) }
    }

    private func submit(_ request: Request, at now: Timestamp) async throws(Dashboard.Trouble) -> Response {
        // Security.md CO-23: the form belongs to the browser in which it was shown, before anybody signs in there.
        guard let browser = BrowserCookies.read(BrowserCookies.browser, of: request) else { throw .page(.outdated) }
        let form: PageForm
        do { form = try PageForm(request, to: house.issuer, bearing: token(browser)) } catch {
            throw .from(error)
        }
        let reader = Reader(of: request, at: now)
        if let choice = form.choice(at: now) {
            return page(browser, nil, username: form.username ?? "", for: reader.choosing(choice))
                .setting(choice.cookie)
        }
        guard form.decision == "log-in", form.accounts.isEmpty else { throw .page(.outdated) }
        do {
            switch try await Login(house: house).signIn(form, request, at: now) {
            case .signedIn(_, let cookie): return Response.redirect(to: Dashboard.path).setting(cookie)
            case .refused(let problem): return page(browser, problem, username: form.username ?? "", for: reader)
            }
        } catch { throw .from(error) }
    }

    private func page(
        _ browser: WireText,
        _ problem: LoginProblem?,
        username: WireText,
        for reader: Reader
    ) -> Response {
        let view = LoginView(
            action: Dashboard.loginPath,
            token: token(browser),
            purpose: .dashboard,
            username: username,
            problem: problem
        )
        return house.pages.login(view, for: reader, leaving: .nowhere)
    }

    private func token(_ browser: WireText) -> WireText {
        house.forms.token(for: .logIn, bearing: Fingerprint(of: browser))
    }
}

/// `POST /consents/logout`: ends the login in this browser.
struct DashboardLogout: PageEndpoint {
    let house: House

    let routes = [Route(.post, Dashboard.logoutPath)]

    func address(after request: Request) -> WireText { Dashboard.path }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            guard try visit.decision(.logOut) == "log-out" else { throw .page(.outdated) }
            do throws(Refusal) {
                let clients = try await house.end(visit.session, at: now)
                return house.loggedOut(clients, from: visit.session, to: .dashboard, in: request, for: visit.reader)
            } catch { throw .from(error) }
        }
    }
}

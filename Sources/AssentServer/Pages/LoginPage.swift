internal import Consents
internal import HTTP
internal import OAuth
internal import Text

/// Asks who somebody is.
struct LoginPage: PageEndpoint {
    let house: House

    let routes = [
        Route(.get, "/interaction/:id/login", answersHead: false), Route(.post, "/interaction/:id/login"),
    ]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.page(request) { () async throws(Visit.Trouble) in
            let visit = try await Visit(house, request, parts, at: now)
            do throws(PageFailure) {
                return request.method == .post ? try await submit(visit) : try await show(visit)
            } catch {
                throw visit.trouble(error)
            }
        }
    }

    private func show(_ visit: Visit) async throws(PageFailure) -> Response {
        switch try await visit.nextStep() {
        case .logIn: return house.pages.login(visit, problem: nil)
        // The reload of a page that has done its work.
        case .consent, .answer: return .redirect(to: visit.path("consent"))
        case .refuse(let refusal): throw .refused(refusal)
        }
    }

    private func submit(_ visit: Visit) async throws(PageFailure) -> Response {
        let form: PageForm
        do { form = try visit.form(of: .login) } catch { throw .trouble(error) }
        if let choice = form.choice(at: visit.now) {
            let reader = visit.reader.choosing(choice)
            let chosen = form.accounts.isEmpty ? nil : form.accounts
            return house.pages.login(visit, for: reader, problem: nil, username: form.username, keeping: chosen)
                .setting(choice.cookie)
        }
        switch form.decision {
        case "cancel":
            do { try await visit.close(rejecting: .cancelledAtLogin) } catch { throw .refused(error) }
            throw .refused(.cancelledBeforeLogin)
        case "log-in": return try await signIn(visit, form)
        default: throw .trouble(.page(.forged(back: visit.path("login"))))
        }
    }

    private func signIn(_ visit: Visit, _ form: PageForm) async throws(PageFailure) -> Response {
        let attempt: Login.Attempt
        do {
            attempt = try await Login(house: house)
                .signIn(form, visit.request, at: visit.now) { session in
                    [.signIn(visit.interaction.id, session: session.fingerprint, of: session.person, at: visit.now)]
                }
        } catch { throw .refused(error) }
        switch attempt {
        case .signedIn(let session, let cookies):
            return try await goOn(visit.signedIn(by: session), form).setting(cookies)
        case .refused(let problem):
            let chosen = form.accounts.isEmpty ? nil : form.accounts
            return house.pages.login(visit, problem: problem, username: form.username, keeping: chosen)
        }
    }

    /// To the consent page, with the boxes ticked that were before the login ended.
    private func goOn(_ visit: Visit, _ form: PageForm) async throws(PageFailure) -> Response {
        guard !form.accounts.isEmpty, visit.bankPage == nil, try await visit.nextStep() == .consent else {
            return .redirect(to: visit.path("consent"))
        }
        let answer = ConsentView.Answer(accounts: form.accounts, find: "")
        return house.pages.consent(visit, offered: try await visit.offer().accounts, answer: answer, problem: nil)
    }
}

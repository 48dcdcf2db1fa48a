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
            return house.pages.login(visit, for: reader, problem: nil, username: form.username).setting(choice.cookie)
        }
        switch form.decision {
        case "cancel":
            do { try await visit.close(rejecting: .cancelledAtLogin) } catch { throw .refused(error) }
            throw .refused(.accessDenied)
        case "log-in": return try await signIn(visit, form)
        default: throw .trouble(.page(.forged(back: visit.path("login"))))
        }
    }

    private func signIn(_ visit: Visit, _ form: PageForm) async throws(PageFailure) -> Response {
        do {
            let attempt = try await Login(house: house)
                .signIn(form, visit.request, at: visit.now) { session in
                    [.signIn(visit.interaction.id, session: session.fingerprint, at: visit.now)]
                }
            switch attempt {
            case .signedIn(let cookie): return Response.redirect(to: visit.path("consent")).setting(cookie)
            case .refused(let problem): return house.pages.login(visit, problem: problem, username: form.username)
            }
        } catch { throw .refused(error) }
    }
}

internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// Asks who somebody is.
struct LoginPage: Endpoint {
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
        switch form.decision {
        case "cancel":
            do { try await visit.close(rejecting: .cancelledAtLogin) } catch { throw .refused(error) }
            throw .refused(.accessDenied)
        case "log-in": return try await signIn(visit, form)
        default: throw .trouble(.page(.forged(back: visit.path("login"))))
        }
    }

    private func signIn(_ visit: Visit, _ form: PageForm) async throws(PageFailure) -> Response {
        let username = form.username ?? ""
        let password = form.password ?? ""
        let outcome: Login.Outcome
        do {
            outcome = try await Login(house: house)
                .check(username, password, from: visit.request.peer.address, at: visit.now)
        } catch { throw .refused(error) }
        house.count(outcome)

        switch outcome {
        case .wrong: return house.pages.login(visit, problem: .wrong, username: username)
        case .tooMany(let seconds):
            var response = house.pages.login(visit, problem: .tooMany(seconds: seconds), username: username)
            response.status = .tooManyRequests
            response.fields.append(.retryAfter, FieldValue(seconds))
            return response
        case .right(let person): return try await welcome(person, visit)
        }
    }

    /// Every login makes a new session and ends the one before: a cookie planted earlier is worth nothing.
    private func welcome(_ person: Customer, _ visit: Visit) async throws(PageFailure) -> Response {
        do {
            let cookie = try house.freshToken()
            let session = Session(
                fingerprint: Fingerprint(of: cookie),
                person: person.id,
                authenticated: visit.now,
                acr: house.acr,
                credential: person.credential,
                expires: visit.now + house.lifetimes.session
            )
            var changes: [OAuth.Change] = [
                .openSession(session),
                .signIn(visit.interaction.id, session: session.fingerprint, at: visit.now),
                .forgetLoginFailures(.person(person.id)),
            ]
            if let old = BrowserCookies.read(BrowserCookies.session, of: visit.request) {
                changes.append(.endSession(Fingerprint(of: old)))
            }
            try await house.commit(changes)
            return Response.redirect(to: visit.path("consent"))
                .setting(SetCookie(BrowserCookies.session, cookie))
        } catch { throw .refused(error) }
    }
}

internal import HTTP
internal import OAuth
internal import Telemetry
internal import Text

/// `GET` and `POST /logout`: the end of a login as a client asks for it, OpenID Connect RP-Initiated Logout §2.
struct EndSessionEndpoint: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/logout", answersHead: false), Route(.post, "/logout"), Route(.post, Self.confirmPath)]

    private static let confirmPath: WireText = "/logout/confirm"

    /// The question, to which the answer was sent.
    func address(after request: Request) -> WireText {
        request.query.map { WireText("/logout?\($0)") } ?? "/logout"
    }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        let isConfirmed = request.path == Self.confirmPath
        let asked = (try? FormFields(request.query ?? ""))?["ui_locales"]
        let reader = Reader(of: request, asked: asked, at: now)
        if request.method == .post, !isConfirmed { return turn(request, for: reader) }
        do throws(PageProblem) {
            return try await answer(request, for: reader, isConfirmed: isConfirmed, at: now).keptByNobody
                .clearingRepeatedCookies(of: request)
        } catch {
            return house.errorPage(error.page, for: reader).clearingRepeatedCookies(of: request)
        }
    }

    /// A page of ours that says no.
    private struct PageProblem: Error {
        let page: ErrorPage
    }

    /// Has the browser ask again with GET, because a form of another site comes without our cookies.
    private func turn(_ request: Request, for reader: Reader) -> Response {
        guard MediaType(request.fields)?.essence == "application/x-www-form-urlencoded", request.query == nil,
            let form = try? FormFields(request.body.span)
        else { return house.errorPage(.refused(.bodyNotForm), for: reader) }
        let fields: FormFields
        do { fields = try EndSessionRequest(form).fields } catch {
            return house.errorPage(.refused(error), for: reader)
        }
        guard fields.encoded.utf8.count <= Limits.turnedFormBytes else {
            return house.errorPage(.refused(.requestTooLong), for: reader)
        }
        return Response.redirect(to: WireText("/logout?\(fields.encoded)")).keptByNobody
    }

    private func answer(
        _ request: Request,
        for reader: Reader,
        isConfirmed: Bool,
        at now: Timestamp
    ) async throws(PageProblem) -> Response {
        do throws(Refusal) {
            let asked = try Self.read(request)
            let session = try await house.session(of: request, at: now)
            let hint = asked.hint.flatMap { house.keys.idTokenHint($0, issuer: house.issuer) }
            try await house.learn([asked.clientID].compactMap(\.self) + (hint?.audiences ?? []))
            let end = EndSession(asked, hint: hint, session: session) { house.clients[$0] }
            guard let session else {
                // Whoever has no login here has logged out, whenever that was.
                if let refusal = end.refusal { throw refusal }
                return house.loggedOut([], from: nil, to: onward(end), in: request, for: reader)
            }
            if isConfirmed { try requireForm(request, session) }
            guard isConfirmed || !end.asksPerson else { return ask(asked, end, session, for: reader) }
            let clients = try await house.end(session, at: now)
            return house.loggedOut(clients, from: session, to: onward(end), in: request, for: reader)
        } catch {
            throw PageProblem(page: error == .interactionOver ? .outdated : .refused(error))
        }
    }

    private static func read(_ request: Request) throws(Refusal) -> EndSessionRequest {
        let query: FormFields
        do { query = try FormFields(request.query ?? "") } catch { throw .bodyNotForm }
        return try EndSessionRequest(query)
    }

    /// Security.md CO-24: asked on a page of ours, in this very login.
    private func requireForm(_ request: Request, _ session: Session) throws(Refusal) {
        let form: PageForm
        do { form = try PageForm(request, to: house.issuer, bearing: token(session)) } catch {
            throw error == .unsupportedBody ? .bodyNotForm : .interactionOver
        }
        guard form.isBare, form.decision == "log-out" else { throw .interactionOver }
    }

    private func ask(
        _ asked: EndSessionRequest,
        _ end: EndSession,
        _ session: Session,
        for reader: Reader
    ) -> Response {
        // Nothing of a request that leads nowhere is carried on.
        let query = end.refusal == nil ? asked.fields.encoded : ""
        let view = LogoutView(
            name: house.bank.person(session.person)?.name ?? session.person.text,
            thirdParty: end.client?.display,
            refusal: end.refusal,
            action: query.isEmpty ? Self.confirmPath : WireText("\(Self.confirmPath)?\(query)"),
            token: token(session)
        )
        if let refusal = end.refusal {
            house.log.info("logout.refused", ["reason": .text(WireText(refusal.label))])
        }
        return house.pages.logout(view, for: reader, leavingTo: end.target)
    }

    private func token(_ session: Session) -> WireText {
        house.forms.token(for: .endSession, bearing: session.fingerprint)
    }

    private func onward(_ end: EndSession) -> LoggedOutView.Onward? {
        guard let target = end.target, let client = end.client else { return nil }
        guard client.registration?.isVetted != false else { return .unvetted(target) }
        return .thirdParty(client.display, target)
    }
}

extension House {
    /// What a browser gets in which somebody has logged out.
    ///
    /// - Parameters:
    ///   - clients: Those that were told of the login.
    ///   - session: The login, if there was one to end.
    func loggedOut(
        _ clients: [Client],
        from session: Session?,
        to on: LoggedOutView.Onward?,
        in request: Request,
        for reader: Reader
    ) -> Response {
        var frames: [WireText] = []
        if let session { frames = clients.compactMap { $0.frontchannelURL(ending: session.sid, issuer: issuer) } }
        frames = Array(frames.prefix(Limits.logoutFrames))
        var response: Response
        if let on, on.isFollowed, frames.isEmpty {
            response = .redirect(to: on.target)
        } else {
            response = pages.loggedOut(LoggedOutView(on: on, frames: frames), for: reader)
            // Browsers count from the moment at which the page and all its frames have loaded.
            if let on, on.isFollowed, let refresh = FieldValue(WireText("0; url=\(on.target)")) {
                response.fields.append(.refresh, refresh)
            }
        }
        return response.keptByNobody.forgettingLogin(of: request)
    }
}

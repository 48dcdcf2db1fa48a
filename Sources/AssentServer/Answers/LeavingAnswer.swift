internal import HTTP
internal import OAuth
internal import Text

extension House {
    /// Sends the browser back to the client: the only way out of an authorization request.
    ///
    /// - Parameter fromPage: Whether somebody has seen a page of ours, and may see one more. Who asked to see none does
    ///   not.
    func leave(_ answer: AuthorizationAnswer, for reader: Reader, fromPage: Bool = false) -> Response {
        guard !answer.target.isHere else { return finished(answer.target, isAllowed: true, for: reader) }
        let sealed: AuthorizationAnswer
        do { sealed = try self.sealed(answer) } catch { return errorPage(.refused(error), for: reader) }
        let client = clients[sealed.target.client]
        let thirdParty = name(of: sealed.target.client)
        if answer.isRefusal, client?.registration?.isVetted == false {
            return pages.leaving(sealed, thirdParty: thirdParty, for: reader)
        }
        var response: Response
        switch sealed.target.mode.carrier {
        case .query, .fragment:
            if fromPage, pages.settings.delivery == .refreshPage {
                response = pages.outbound(sealed, isAllowed: !answer.isRefusal, thirdParty: thirdParty, for: reader)
            } else {
                // RFC 9700 §4.12: 303, so that no browser sends a form, and a password in it, a second time.
                response = .redirect(to: sealed.location)
            }
        case .formPost: response = pages.formPost(sealed, thirdParty: thirdParty, for: reader)
        }
        response.fields.set(.cacheControl, "no-store")
        response.fields.set(.referrerPolicy, "no-referrer")
        return response
    }

    func leave(
        _ target: RedirectionTarget,
        _ refusal: Refusal,
        for reader: Reader,
        fromPage: Bool = false
    ) -> Response {
        guard !target.isHere else {
            let isDenied = refusal.code == Refusal.accessDenied.code
            return isDenied
                ? finished(target, isAllowed: false, for: reader) : errorPage(.refused(refusal), for: reader)
        }
        return leave(
            AuthorizationAnswer(target, refusal: refusal, issuer: issuer),
            for: reader,
            fromPage: fromPage
        )
    }

    /// Tells the person why nothing is left to answer, and leads them back with the same for the client.
    func over(_ target: RedirectionTarget, _ refusal: Refusal, for reader: Reader) -> Response {
        let client = clients[target.client]
        let reason: OverView.Reason = refusal == .accountLocked ? .locked : .timedOut
        let name = name(of: target.client)
        guard !target.isHere else {
            return pages.over(OverView(thirdParty: name, reason: reason, way: nil), for: reader)
        }
        // Who is not vetted has a page of its own in between, and one is enough.
        guard client?.registration?.isVetted != false else { return leave(target, refusal, for: reader) }
        do {
            let answer = try sealed(AuthorizationAnswer(target, refusal: refusal, issuer: issuer))
            return pages.over(OverView(thirdParty: name, reason: reason, way: WayBack(answer)), for: reader)
        } catch { return errorPage(.refused(error), for: reader) }
    }

    /// The end of a request whose client hears the answer by itself.
    private func finished(_ target: RedirectionTarget, isAllowed: Bool, for reader: Reader) -> Response {
        let view = FinishedView(thirdParty: name(of: target.client), isAllowed: isAllowed)
        return pages.own(.finished, for: reader) { view.view($0) }
    }

    /// What people call a client; one that is registered no more is called by its identifier.
    func name(of client: Identifier<Client>) -> DisplayName {
        clients[client]?.display ?? DisplayName(assertion: client.text, agent: nil)
    }

    /// The answer as its mode wants it: in a JWT, where it is to be signed.
    func sealed(_ answer: AuthorizationAnswer) throws(Refusal) -> AuthorizationAnswer {
        guard answer.target.mode.isSigned else { return answer }
        guard let client = clients[answer.target.client] else { throw .clientUnknown }
        let claims = answer.claims(from: issuer, at: clock.now)
        return answer.carrying(try keys.sign(answer: claims, for: client, entropy: entropy))
    }
}

internal import HTTP
internal import OAuth
internal import Text

extension House {
    /// Sends the browser back to the client: the only way out of an authorization request.
    func leave(_ answer: AuthorizationAnswer, for reader: Reader) -> Response {
        guard !answer.target.isHere else { return finished(answer.target, isAllowed: true, for: reader) }
        let sealed: AuthorizationAnswer
        do { sealed = try self.sealed(answer) } catch { return errorPage(.refused(error), for: reader) }
        let client = clients[sealed.target.client]
        if answer.isRefusal, client?.registration?.isVetted == false {
            return pages.leaving(sealed, thirdParty: client?.display.text ?? "", for: reader)
        }
        var response: Response
        switch sealed.target.mode.carrier {
        // RFC 9700 §4.12: 303, so that no browser sends a form, and a password in it, a second time.
        case .query, .fragment: response = .redirect(to: sealed.location)
        case .formPost: response = pages.formPost(sealed, thirdParty: client?.display.text ?? "", for: reader)
        }
        response.fields.set(.cacheControl, "no-store")
        response.fields.set(.referrerPolicy, "no-referrer")
        return response
    }

    func leave(_ target: RedirectionTarget, _ refusal: Refusal, for reader: Reader) -> Response {
        guard !target.isHere else {
            return refusal == .accessDenied
                ? finished(target, isAllowed: false, for: reader) : errorPage(.refused(refusal), for: reader)
        }
        return leave(AuthorizationAnswer(target, refusal: refusal, issuer: issuer), for: reader)
    }

    /// The end of a request whose client hears the answer by itself.
    private func finished(_ target: RedirectionTarget, isAllowed: Bool, for reader: Reader) -> Response {
        let view = FinishedView(thirdParty: clients[target.client]?.display.text ?? "", isAllowed: isAllowed)
        return pages.own(.finished, for: reader) { view.view($0) }
    }

    /// The answer as its mode wants it: in a JWT, where it is to be signed.
    func sealed(_ answer: AuthorizationAnswer) throws(Refusal) -> AuthorizationAnswer {
        guard answer.target.mode.isSigned else { return answer }
        guard let client = clients[answer.target.client] else { throw .clientUnknown }
        let claims = answer.claims(from: issuer, at: clock.now)
        return answer.carrying(try keys.sign(answer: claims, for: client, entropy: entropy))
    }
}

internal import HTTP
internal import OAuth
internal import Text

extension House {
    /// Sends the browser back to the client: the only way out of an authorization request.
    func leave(_ answer: AuthorizationAnswer) -> Response {
        var response: Response
        switch answer.target.mode {
        // RFC 9700 §4.12: 303, so that no browser sends a form, and a password in it, a second time.
        case .query, .fragment: response = .redirect(to: answer.location)
        case .formPost: response = pages.formPost(answer, thirdParty: clients[answer.target.client]?.display.text ?? "")
        }
        response.fields.set(.cacheControl, "no-store")
        response.fields.set(.referrerPolicy, "no-referrer")
        return response
    }

    func leave(_ target: RedirectionTarget, _ refusal: Refusal) -> Response {
        return leave(AuthorizationAnswer(target, refusal: refusal, issuer: issuer))
    }
}

import RelyingParty
import Text

extension Flow {
    /// The code for tokens, and a look at what they are.
    mutating func redeem(_ party: Party, codeSeconds: Int, at now: Timestamp) async throws(PartyFailure) {
        guard let code, let attempt else { return }
        let age = now.seconds - code.came.seconds
        let answer = try await party.redeem(code.text, attempt)
        if age >= Int64(codeSeconds) {
            judge(
                answer,
                .refusal(
                    400,
                    error: "invalid_grant",
                    because: WireText("for a code of this bank lives \(codeSeconds) s")
                )
            )
        } else if code.wrongTries >= Limits.codeFailures {
            judge(
                answer,
                .refusal(400, error: "invalid_grant", because: "for too many wrong tries have spent the code")
            )
        } else {
            judge(answer, .success("200 with tokens"))
        }
        self.code?.isSpent = true
        guard let tokens = Tokens(answer) else { return }
        self.tokens = HeldTokens(tokens: tokens, came: now)
    }

    /// What somebody does who has got hold of the code and of nothing else.
    mutating func tryWrong(_ step: FlowStep, _ party: Party) async throws(PartyFailure) {
        guard let code, let attempt else { return }
        switch step {
        case .wrongVerifier:
            let other = try PKCE()
            let form = party.redemption(code.text, attempt).replacing("code_verifier", other.verifier)
            judge(
                try await party.token(form, .wrongVerifier),
                .refusal(400, error: "invalid_grant", because: "for the verifier is not that of the challenge")
            )
            self.code?.wrongTries += 1
        case .wrongRedirectURI:
            let other = WireText("\(attempt.redirectURI)/elsewhere")
            let form = party.redemption(code.text, attempt).replacing("redirect_uri", other)
            judge(
                try await party.token(form, .wrongRedirectURI),
                .refusal(400, error: "invalid_grant", because: "for the code was sent to another address")
            )
            self.code?.wrongTries += 1
        default:
            let other = Party(stranger, at: party.server, by: transport)
            judge(
                try await other.token(party.redemption(code.text, attempt), .wrongClient),
                .refusal(400, error: "invalid_grant", because: "for the code was issued to another client")
            )
        }
    }

    /// RFC 6749 §4.1.2: a second use is refused, and what came of the first should end.
    mutating func replay(_ party: Party, at now: Timestamp) async throws(PartyFailure) {
        guard let code, let attempt else { return }
        let form = party.redemption(code.text, attempt)
        judge(
            try await party.token(form, .replay),
            .refusal(400, error: "invalid_grant", because: "for a code works once")
        )
        guard tokens != nil else { return }
        tokens?.end = "the code was used twice"
        if isPublic { try await callAccounts(party, at: now) } else { try await introspect(party, at: now) }
    }
}

extension FormFields {
    /// The same with another value in one place.
    fileprivate func replacing(_ name: WireText, _ value: WireText) -> FormFields {
        FormFields(fields.map { $0.name == name ? Field(name, value) : $0 })
    }
}

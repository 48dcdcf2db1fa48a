import HTTP
import RelyingParty
import Text

extension Flow {
    /// The account API where accounts were asked for.
    mutating func callAccounts(_ party: Party, at now: Timestamp) async throws(PartyFailure) {
        guard let tokens else { return }
        let url = WireText("\(party.server.issuer)\(Self.consentAPI)/accounts")
        let answer = try await party.resource(.get(.accounts, url), with: tokens.tokens.access)
        judge(answer, opening(tokens, "200 with the accounts that were chosen", at: now))
    }

    mutating func askWho(_ party: Party, at now: Timestamp) async throws(PartyFailure) {
        guard let tokens else { return }
        let answer = try await party.userInfo(tokens.tokens.access)
        judge(answer, opening(tokens, "200 with the claims of the person", at: now))
    }

    /// What a resource should say to the token.
    private func opening(_ tokens: HeldTokens, _ success: WireText, at now: Timestamp) -> Expectation {
        guard tokens.isAccessTokenOver(at: now) else { return .success(success) }
        return .refusal(401, error: nil, because: WireText("for \(reason(tokens))"))
    }

    private func reason(_ tokens: HeldTokens) -> WireText {
        tokens.end ?? (tokens.isAccessTokenRevoked ? "the token was revoked" : "the token has expired")
    }

    mutating func introspect(_ party: Party, at now: Timestamp) async throws(PartyFailure) {
        guard let tokens else { return }
        let answer = try await party.introspect(tokens.tokens.access)
        if isPublic {
            // RFC 7662 §2.1: who asks must prove who it is.
            judge(answer, .refusal(401, error: "invalid_client", because: "for a public app has proved nothing"))
        } else if tokens.isAccessTokenOver(at: now) {
            judge(answer, .activity(false, because: WireText("for \(reason(tokens))")))
        } else {
            judge(answer, .activity(true, because: "for the token counts"))
        }
    }

    mutating func refresh(_ party: Party, at now: Timestamp) async throws(PartyFailure) {
        guard let held = tokens, let token = held.tokens.refresh else { return }
        let answer = try await party.refresh(token)
        if let end = held.end {
            judge(answer, .refusal(400, error: "invalid_grant", because: WireText("for \(end)")))
        } else {
            judge(answer, .success("200 with a new access token"))
        }
        guard let renewed = Tokens(answer) else { return }
        if let next = renewed.refresh, next != token { spentRefreshToken = token }
        tokens = HeldTokens(tokens: renewed, came: now)
    }

    /// RFC 9700 §4.14.2: a token that comes twice was stolen, and nobody knows by which of the two.
    mutating func replayRefresh(_ party: Party) async throws(PartyFailure) {
        guard let spentRefreshToken else { return }
        let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", spentRefreshToken)])
        judge(
            try await party.token(form, .replayRefresh),
            .refusal(400, error: "invalid_grant", because: "for another has taken its place")
        )
        tokens?.end = "a spent refresh token was used"
    }

    mutating func revoke(_ step: FlowStep, _ party: Party) async throws(PartyFailure) {
        guard let held = tokens else { return }
        if step == .revokeAccess {
            let answer = try await party.revoke(held.tokens.access, hint: "access_token")
            judge(answer, .success("200, whatever the token was worth"))
            tokens?.isAccessTokenRevoked = true
        } else if let token = held.tokens.refresh {
            let answer = try await party.revoke(token, hint: "refresh_token")
            judge(answer, .success("200, and all that was granted with it ends"))
            tokens?.end = "the refresh token was revoked"
        }
    }

    /// By the third party itself, with a token of its own.
    mutating func deleteConsent(_ party: Party) async throws(PartyFailure) {
        guard let consent else { return }
        let fresh = try await party.clientToken(scope: "accounts")
        judge(fresh, .success("200 with a token of the client's own"))
        guard let token = Tokens(fresh)?.access else { throw .answer(fresh, "There is no token.") }
        let url = WireText("\(party.server.issuer)\(Self.consentAPI)/account-access-consents/\(consent)")
        let answer = try await party.resource(Call(.consentDeleted, .delete, url), with: token)
        judge(answer, .success("204, and its tokens end with it"))
        guard answer.isSuccess else { return }
        isConsentDeleted = true
        tokens?.end = "the consent was deleted"
    }
}

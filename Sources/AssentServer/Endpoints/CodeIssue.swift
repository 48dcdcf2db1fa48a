internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

extension House {
    /// Ends an authorization request with what it asked for, once everything that must be true with it is kept.
    ///
    /// - Parameters:
    ///   - deciding: What is changed in the same commit: the consent, the end of the page.
    ///   - consent: The consent as it will be once that commit is kept.
    func grant(
        _ authorization: AuthorizationRequest,
        to session: Session,
        deciding: [Storage.Change] = [],
        consent: Consent? = nil,
        at now: Timestamp
    ) async throws(Refusal) -> AuthorizationAnswer {
        let held = Storage.Change.oauth(.requireSession(session.fingerprint, at: now))
        var ended: [Storage.Change] = []
        if let consent {
            // UK Read/Write API 3.1.2: after a re-authentication the older tokens are not used any more.
            ended = [.oauth(.revokeFamilies(of: Identifier(consent.id.text), at: now))]
        }
        guard authorization.responseType.hasCode || authorization.arrival.isPolled else {
            try await commit(deciding + [held] + ended)
            return AuthorizationAnswer(authorization.target, code: nil, idToken: nil, issuer: issuer)
        }
        let client = authorization.client
        let longest = now + lifetimes.refreshToken
        var earlier: TokenFamily?
        if let action = authorization.grantAction, action.keepsEarlier, let grant = action.grant {
            earlier = try await ask { store throws(StoreFailure) in try await store.liveFamily(of: grant) }
        }
        let family = TokenFamily(
            id: Identifier(try freshOrderedUUID().text),
            client: client.id,
            person: session.person,
            intent: consent.map { Identifier($0.id.text) } ?? authorization.claims.intent,
            // What a person allowed for the grant before stays with it.
            scope: earlier.map { $0.scope.adding(authorization.scope) } ?? authorization.scope,
            redirectURI: authorization.target.redirectURI,
            nonce: authorization.nonce,
            authenticated: session.authenticated,
            acr: session.acr,
            // A device that polls is no part of the login in this browser.
            sid: authorization.arrival.isPolled ? nil : session.sid,
            created: now,
            // Nothing that is issued lives longer than the consent it speaks for.
            expires: consent?.lifetime.expires.map { min($0, longest) } ?? longest,
            details: authorization.details(grantedBy: consent, keeping: earlier),
            resources: authorization.resources(keeping: earlier, for: issuer),
            claims: authorization.claims(keeping: earlier)
        )
        if authorization.arrival.isPolled, let polled = authorization.arrival.reference {
            let granted = OAuth.Change.polled(.grant(polled, family.id, at: now))
            try await commit(deciding + [held] + ended + [.oauth(.openFamily(family)), .oauth(granted)])
            noticeBell.ring()
            return AuthorizationAnswer(authorization.target, code: nil, idToken: nil, issuer: issuer)
        }
        let code = try freshToken()
        let salt = try freshSalt()
        let record = CodeRecord(
            fingerprint: Fingerprint(of: code),
            family: family,
            challenge: authorization.challenge,
            certificate: authorization.arrival.certificate,
            proofKey: authorization.proofKey,
            state: authorization.target.state,
            expires: min(now + min(lifetimes.code, client.profile.demands.longestCodeSeconds), family.expires)
        )
        try await commit(
            deciding + [held] + ended + [.oauth(.openFamily(family)), .oauth(.issueCode(record))]
        )
        var idToken: WireText?
        if authorization.responseType == .codeIDToken {
            let token = IDToken(
                family,
                subject: subject(of: family.person, for: client),
                person: claims(family.claims.idToken, of: family.person, for: client),
                issuer: issuer,
                beside: .code(code, state: authorization.target.state),
                lifetimes: lifetimes,
                at: now
            )
            idToken = try keys.sign(token, for: client, entropy: entropy)
        }
        return AuthorizationAnswer(authorization.target, code: code, idToken: idToken, issuer: issuer)
            .adding(session, authorization, salt: salt)
    }
}

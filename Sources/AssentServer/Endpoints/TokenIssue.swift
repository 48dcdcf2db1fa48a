internal import Crypto
internal import OAuth
internal import Storage
internal import Telemetry
internal import Text

extension House {
    /// What a grant allows, wherever it was asked for: load, decide, commit, sign, in that order and once each.
    ///
    /// - Parameter proof: What the client's authentication spends, in the same commit.
    func issue(
        _ request: TokenRequest,
        spending proof: [OAuth.Change],
        by grant: some Grant
    ) async throws(Refusal) -> TokenAnswer {
        let facts = try await ask { store throws(StoreFailure) in
            try await grant.load(request, from: store)
        }
        let issuance = try grant.decide(request, facts)
        try requireAvailable(issuance.subject)
        // The one moment where anything is spent: of two that hold the same code, one is kept.
        try await commit(proof + issuance.changes)
        // Signed after the commit: nothing leaves that was not kept.
        let answer = try sign(issuance, for: request.client, at: request.now)
        countIssue(by: Self.name(of: grant))
        return answer
    }

    /// Keeps what a refusal changes before it is told, such as the end of a family whose code came twice.
    ///
    /// - Returns: What the client hears: the refusal, unless something that matters more came between.
    func settle(
        _ refusal: Refusal,
        of fields: TokenFields,
        spending proof: [OAuth.Change],
        at now: Timestamp
    ) async -> Refusal {
        // Where the fault is ours the client may come again with the same assertion.
        guard refusal.status < 500 else { return refusal }
        let consequences = WrongRedemption.changes(after: refusal, fields, at: now) + refusal.remedy
        do {
            // RFC 7523 §3: an assertion has been used, whatever became of the request it came with.
            try await commit(proof + consequences)
            return refusal
        } catch {
            if error == .clientAssertionReplayed || error == .proofReplayed { return error }
            guard !consequences.isEmpty else { return refusal }
            log.error("remedy.failed", ["refusal": .text(WireText(refusal.label))])
            return .temporarilyUnavailable
        }
    }

    private static func name<G: Grant>(of grant: G) -> WireText { G.type.name }

    /// A person who is locked or gone is not acted for, whatever was granted before.
    private func requireAvailable(_ subject: Issuance.Subject) throws(Refusal) {
        guard case .person(let family) = subject else { return }
        guard bank.isActive(family.person) else { throw .personUnavailable }
    }

    /// Makes the words that a decision allows.
    private func sign(
        _ issuance: Issuance,
        for client: Client,
        at now: Timestamp
    ) throws(Refusal) -> TokenAnswer {
        let identifier = try freshUUID().text
        let token = AccessToken(
            issuance,
            client: client,
            subjects: subjects,
            issuer: issuer,
            identifier: identifier,
            at: now
        )
        let accessToken = try keys.sign(token)
        var idToken: WireText?
        if case .person(let family) = issuance.subject, issuance.scope.contains(Scope.openID),
            // Who acts for the person has not logged them in.
            issuance.actors.isEmpty
        {
            let end = tellsRefreshTokenEnd ? issuance.refreshToken?.expires : nil
            let token = IDToken(
                family,
                subject: subject(of: family.person, for: client),
                person: claims(family.claims.idToken, of: family.person, for: client),
                isRenewal: issuance.isRenewal,
                issuer: issuer,
                beside: .accessToken(accessToken, refreshTokenExpires: end),
                answering: issuance.authReqID,
                lifetimes: lifetimes,
                at: now
            )
            idToken = try keys.sign(token, for: client, entropy: entropy)
        }
        return TokenAnswer(
            accessToken: accessToken,
            confirmation: issuance.confirmation,
            expiresIn: issuance.accessTokenExpires.since(now),
            scope: issuance.scope,
            details: issuance.details,
            grant: issuance.grant,
            isExchanged: !issuance.actors.isEmpty,
            refreshToken: issuance.refreshToken?.value,
            idToken: idToken
        )
    }
}

/// A redemption that failed for its contents and not for the code: security.md TK-28.
private enum WrongRedemption {
    static func changes(after refusal: Refusal, _ fields: TokenFields, at now: Timestamp) -> [OAuth.Change] {
        switch refusal {
        case .redirectURIDiffers, .verifierDiffers, .certificateDiffers, .proofKeyDiffers:
            fields[.code].map { [.countCodeFailure(Fingerprint(of: $0), at: now)] } ?? []
        default: []
        }
    }
}

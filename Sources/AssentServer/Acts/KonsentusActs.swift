internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Text

extension SurfaceEndpoint {
    /// Does for a third party what its bank's back end asks for, once three credentials agree.
    func perform(
        _ act: KonsentusAct,
        _ request: Request,
        by caller: Caller,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard case .client(let client) = caller, let institution = client.consentAPIs.institution else {
            throw .credentialInvalid
        }
        try Self.require(institution, namedBy: request)
        let thirdParty = try await self.thirdParty(of: request, at: now)
        switch act {
        case .redeem: return try await redeem(try CodeRedemption(request.body), for: thirdParty, at: now)
        case .authorise:
            return try await authorise(try CodeOrder(request.body), for: thirdParty, by: institution, at: now)
        }
    }

    private static func require(
        _ institution: WireText,
        namedBy request: Request
    ) throws(SurfaceRefusal) {
        guard let named = try? request.fields.single(Konsentus.institutionField),
            (6...128).contains(named.byteCount)
        else { throw .credentialInvalid }
        // The credentials are good, and another bank's name does not become its own by them.
        guard named == institution else { throw .permissionLacking }
    }

    /// The third party that the bank acts for, by a token that it got for itself.
    private func thirdParty(of request: Request, at now: Timestamp) async throws(SurfaceRefusal) -> Client {
        guard let text = try? request.fields.single(Konsentus.thirdPartyField) else { throw .tokenMissing }
        guard let token = house.verifiedAccessToken(text), house.isForUs(token), now < token.expires else {
            throw .tokenInvalid
        }
        // RFC 9449 §7.2: a bound token is no bearer token, and the bank has not what it is bound to.
        guard token.grant == nil, token.confirmation == nil else { throw .tokenKindWrong }
        // Whoever lost its registration is told so, and not that its token is broken.
        guard let client = try await client(token.client), client.isEnabled else { throw .notYours }
        // Tokens travel through the bank here, so that none can be bound to what the third party alone holds.
        guard client.profile.demands.senderConstraints.isEmpty, client.senderConstraint == nil else { throw .notYours }
        let facts: Introspection.AccessTokenFacts
        do { facts = try await house.facts(about: token, at: now) } catch { throw SurfaceRefusal(error) }
        guard Introspection.isAlive(token, facts, at: now) else { throw .tokenInvalid }
        guard token.scope.contains(Scope.accounts) else { throw .scopeLacking(Scope.accounts) }
        return client
    }

    // MARK: POST /v1/obie/tokens

    private func redeem(
        _ redemption: CodeRedemption,
        for thirdParty: Client,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard thirdParty.grantTypes.contains(AuthorizationCodeGrant.type) else { throw .notYours }
        let code: CodeRecord?
        do {
            code = try await house.ask { store throws(StoreFailure) in
                try await store.code(Fingerprint(of: redemption.code))
            }
        } catch { throw SurfaceRefusal(error) }
        // RFC 6749 §4.1.3. It stays as it is: nobody burns another's code.
        guard code.map({ $0.family.client == thirdParty.id }) ?? true else { throw .notYours }
        let answer: TokenAnswer
        do { answer = try await house.tokens(for: redemption, by: thirdParty, at: now) } catch {
            throw SurfaceRefusal(error)
        }
        return surface.answer(.created, Self.document(answer, state: code?.state))
    }

    private static func document(_ answer: TokenAnswer, state: WireText?) -> JSON {
        var members = [
            JSON.Member("access_token", .text(answer.accessToken)),
            JSON.Member("expires_in", .integer(answer.expiresIn)),
            JSON.Member("token_type", "bearer"),
        ]
        if let state { members.append(JSON.Member("state", .text(state))) }
        return ["data": .object(members)]
    }

    // MARK: POST /v1/obie/authorization_code

    private func authorise(
        _ order: CodeOrder,
        for thirdParty: Client,
        by institution: WireText,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard thirdParty.allowsRedirect(to: order.redirectURI) else { throw .redirectUnregistered }
        guard thirdParty.scope.contains(Scope.accounts), thirdParty.grantTypes.contains(AuthorizationCodeGrant.type)
        else { throw .notYours }
        let account = Identifier<Account>(order.account)
        guard let owner = house.bank.owner(of: account), house.bank.isActive(owner.id),
            house.bank.accounts(of: owner.id).contains(where: { $0.id == account && $0.isEligible })
        else { throw .accountNotOpen }
        let event = ConsentEvent.authorise(person: Identifier(owner.id.text), accounts: [account])

        for _ in 0..<Self.attempts {
            let consent = try surface.visible(
                try await consent(Identifier(order.consent)),
                to: Identifier(thirdParty.id.text),
                isShared: house.sharesAcrossSurfaces
            )
            let change: ConsentChange
            do { change = try consent.change(event, by: .staff(institution), at: now) } catch {
                throw .consent(error)
            }
            guard let code = try? house.freshToken(), let name = try? house.freshUUID() else {
                throw .unavailable(retryAfterSeconds: 1)
            }
            let record = house.codeRecord(
                code,
                family: Identifier(name.text),
                order,
                change.consent,
                for: thirdParty,
                owner: owner,
                at: now
            )
            let changes: [Storage.Change] = [
                .consent(change),
                .oauth(.revokeFamilies(of: Identifier(consent.id.text), at: now)),
                .oauth(.openFamily(record.family)),
                .oauth(.issueCode(record)),
            ]
            if try await commit(changes) {
                let seconds = record.expires.since(now)
                return surface.answer(.created, document(code, order, expiresIn: seconds))
            }
        }
        throw .unavailable(retryAfterSeconds: 1)
    }

    private func document(_ code: WireText, _ order: CodeOrder, expiresIn seconds: Int64) -> JSON {
        var parameters = [JSON.Member("code", .text(code))]
        if let state = order.state { parameters.append(JSON.Member("state", .text(state))) }
        parameters.append(JSON.Member("iss", .text(house.issuer.text)))
        return [
            "data": [
                "code": .text(code),
                "expires_in": .integer(seconds),
                "redirect_uri": ["base_uri": .text(order.redirectURI), "parameters": .object(parameters)],
            ]
        ]
    }
}

extension House {
    /// The tokens of a code, by the same rules as at the token endpoint.
    fileprivate func tokens(
        for redemption: CodeRedemption,
        by client: Client,
        at now: Timestamp
    ) async throws(Refusal) -> TokenAnswer {
        var form = FormFields()
        form.append("code", redemption.code)
        form.append("redirect_uri", redemption.redirectURI)
        if let verifier = redemption.verifier { form.append("code_verifier", verifier) }
        let fields = try TokenFields(form)
        var lifetimes = lifetimes
        // There is no refresh token in this contract, so the one token lives as long as a refresh token would.
        lifetimes.accessToken = lifetimes.refreshToken
        let request = TokenRequest(
            fields: fields,
            client: client,
            certificate: nil,
            lifetimes: lifetimes,
            now: now,
            freshToken: nil
        )
        do { return try await issue(request, spending: [], by: AuthorizationCodeGrant()) } catch {
            throw await settle(error, of: fields, spending: [], at: now)
        }
    }

    /// A code without a challenge: it goes from us to the bank, and through no browser of a stranger's choice.
    fileprivate func codeRecord(
        _ code: WireText,
        family: Identifier<TokenFamily>,
        _ order: CodeOrder,
        _ consent: Consent,
        for client: Client,
        owner: Customer,
        at now: Timestamp
    ) -> CodeRecord {
        let longest = now + lifetimes.refreshToken
        let family = TokenFamily(
            id: family,
            client: client.id,
            person: owner.id,
            intent: Identifier(consent.id.text),
            scope: Scope([Scope.accounts]),
            redirectURI: order.redirectURI,
            nonce: nil,
            authenticated: now,
            // The bank vouches for its own login as it does for ours.
            acr: acr,
            created: now,
            expires: consent.lifetime.expires.map { min($0, longest) } ?? longest
        )
        return CodeRecord(
            fingerprint: Fingerprint(of: code),
            family: family,
            challenge: nil,
            certificate: nil,
            state: order.state,
            expires: min(now + min(lifetimes.code, client.profile.demands.longestCodeSeconds), family.expires)
        )
    }
}

extension SurfaceRefusal {
    /// What the protocol refuses, before a surface spells it.
    init(_ refusal: Refusal) {
        switch refusal {
        case .temporarilyUnavailable: self = .unavailable(retryAfterSeconds: 1)
        case .tooManyRequests(let seconds): self = .quotaSpent(retryAfterSeconds: seconds)
        case .serverFailed: self = .failed
        case .scopeWithdrawn, .grantTypeNotAllowed: self = .notYours
        // How it ended, and that its person may not act, is between the person and the bank.
        case .personUnavailable, .consentEnded: self = .consent(.impossible(in: .revoked))
        default: self = .codeInvalid
        }
    }
}

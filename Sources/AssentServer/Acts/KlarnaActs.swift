internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Text

extension SurfaceEndpoint {
    /// Does what a session or a consent call asks for.
    func perform(
        _ act: KlarnaAct,
        _ request: Request,
        _ parts: PathParts,
        for thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        switch act {
        case .openSession:
            return try await openSession(try SessionRequest(request.body, at: now), request.body, thirdParty, at: now)
        case .showSession:
            let session = try await session(parts, of: thirdParty)
            return surface.answer(
                .ok,
                SessionDocument.session(session, house.base, bankName: house.pages.bankName, at: now)
            )
        case .closeSession:
            try await closeSession(parts, of: thirdParty, at: now)
            return surface.answer(.noContent, nil)
        case .startFlow: return try await startFlow(request, parts, of: thirdParty, at: now)
        case .showFlow: return try await showFlow(parts, of: thirdParty, at: now)
        case .fetchConsent: return try await fetchConsent(parts, of: thirdParty, at: now)
        case .use(let kind):
            return try await use(try ConsentCall(kind, request.body), parts, by: thirdParty, at: now)
        case .list:
            return try await use(try ConsentCall(listing: request.body), parts, by: thirdParty, at: now)
        }
    }
}

// MARK: Sessions

extension SurfaceEndpoint {
    /// Registers the consent and opens the session around it, both or neither.
    private func openSession(
        _ wish: SessionRequest,
        _ receipt: [UInt8],
        _ thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard let client = house.clients[Identifier(thirdParty.text)],
            let returnURL = wish.returnURL ?? client.redirectURIs.first?.text,
            client.redirectURIs.contains(where: { $0.matches(returnURL) })
        else { throw .redirectUnregistered }
        let end = now + Limits.accessSessionSeconds
        let consent = try register(wish.draft(until: end), receipt, for: thirdParty, at: now)
        guard let name = try? house.entropy.bytes(AccessSession.identifierBytes),
            let shortName = try? house.entropy.bytes(AccessSession.shortIdentifierBytes)
        else { throw .unavailable(retryAfterSeconds: 1) }
        let session = AccessSession(
            id: Identifier(AccessSession.spell(name)),
            shortID: AccessSession.shortSpelling(of: shortName),
            thirdParty: thirdParty,
            consent: consent.id,
            returnURL: returnURL,
            created: now,
            expires: end
        )
        guard try await commit([.consent(.registration(of: consent)), .access(.open(session))]) else {
            throw .unavailable(retryAfterSeconds: 1)
        }
        return surface.answer(.created, SessionDocument.opened(session, for: consent, house.base))
    }

    /// Ends a session, and the wait for a person who has not decided by now.
    private func closeSession(
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) {
        for _ in 0..<Self.attempts {
            let session = try await session(parts, of: thirdParty)
            guard session.closed == nil else { throw .sessionEnded }
            var changes: [Storage.Change] = [.access(.close(session.id, at: now))]
            if let consent = try await consent(session.consent), consent.status == .awaiting,
                let change = try? consent.change(.reject(.timedOut), by: .thirdParty(thirdParty), at: now)
            {
                changes.append(.consent(change))
            }
            if try await commit(changes) { return }
        }
        throw .unavailable(retryAfterSeconds: 1)
    }

    /// The session of the path; another's is not there.
    private func session(
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>
    ) async throws(SurfaceRefusal) -> AccessSession {
        let id = Identifier<AccessSession>(parts["session"] ?? "")
        guard let session = try await ask({ store throws(StoreFailure) in try await store.accessSession(id) }),
            session.thirdParty == thirdParty
        else { throw .sessionUnknown }
        return session
    }

    private func openSession(
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> (AccessSession, Consent) {
        let session = try await session(parts, of: thirdParty)
        guard session.isOpen(at: now) else { throw .sessionEnded }
        guard let consent = try await consent(session.consent) else { throw .sessionUnknown }
        return (session, consent)
    }
}

// MARK: Flows

extension SurfaceEndpoint {
    private func startFlow(
        _ request: Request,
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let wish = try FlowRequest(parts["flow"] ?? "", request.body)
        let (session, consent) = try await openSession(parts, of: thirdParty, at: now)
        guard consent.effectivePermissions.isSuperset(of: wish.kind.permissions) else { throw .permissionLacking }
        guard let name = try? house.entropy.bytes(AccessSession.identifierBytes) else {
            throw .unavailable(retryAfterSeconds: 1)
        }
        let id = Identifier<AccessFlow>(AccessSession.spell(name))
        let flow = AccessFlow(
            id: id,
            session: session.id,
            kind: wish.kind,
            clientToken: Fingerprint(of: house.consentTokens.clientToken(of: id)),
            receipt: request.body,
            created: now
        )
        guard try await commit([.access(.requireOpen(session.id, at: now)), .access(.start(flow))]) else {
            throw .sessionEnded
        }
        return surface.answer(.created, try document(of: flow, wish, session, consent, at: now))
    }

    private func showFlow(
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let session = try await session(parts, of: thirdParty)
        let id = Identifier<AccessFlow>(parts["flow"] ?? "")
        guard let flow = try await ask({ store throws(StoreFailure) in try await store.accessFlow(id) }),
            flow.session == session.id, let consent = try await consent(session.consent)
        else { throw .sessionUnknown }
        return surface.answer(.ok, try document(of: flow, try FlowRequest(flow), session, consent, at: now))
    }

    private func document(
        of flow: AccessFlow,
        _ wish: FlowRequest,
        _ session: AccessSession,
        _ consent: Consent,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> JSON {
        var result: JSON?
        if session.isOpen(at: now), opens(consent, at: now) {
            let accounts = accounts(of: consent)
            switch wish.kind {
            case .accounts: result = try accounts.accounts()
            case .accountDetails: result = try accounts.details(of: wish.account)
            case .balances: result = try accounts.balances(of: wish.account)
            case .transactions:
                let all = try accounts.transactions(of: wish.account, in: wish.days, pageSize: .max, at: now)
                result = .object(all.result)
            }
        }
        return SessionDocument.flow(
            flow,
            AccessFlow.State(of: consent, in: session, at: now),
            clientToken: house.consentTokens.clientToken(of: flow.id),
            result: result,
            house.base
        )
    }

    private func accounts(of consent: Consent) -> KlarnaAccounts {
        let accounts = consent.authorisation.map { house.bank.accounts(of: Identifier($0.person.text)) }
        return KlarnaAccounts(consent, among: accounts ?? [], of: house.pages.bankName)
    }
}

// MARK: Consents

extension SurfaceEndpoint {
    /// Hands out the consent of a session, as often as it is asked for while the session is open.
    ///
    /// Each time it is a new token, and the one before it is worth nothing any more: whoever lost the first answer
    /// asks again, and there are never two that live.
    private func fetchConsent(
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        for _ in 0..<Self.attempts {
            let (session, consent) = try await openSession(parts, of: thirdParty, at: now)
            let hasFlow = try await ask { store throws(StoreFailure) in
                try await store.hasAccessFlow(in: session.id)
            }
            guard hasFlow, opens(consent, at: now), consent.lifetime.days != 0, let given = consent.authorisation
            else { throw .notRetrievable }
            guard let secret = try? house.freshToken() else { throw .unavailable(retryAfterSeconds: 1) }
            let id = consent.id
            let before = try await ask { store throws(StoreFailure) in try await store.tokenChain(of: id) }
            let fingerprint = Fingerprint(of: secret)
            let chain =
                before?.reopened(with: fingerprint, at: now)
                ?? ConsentTokenChain(opening: consent, with: fingerprint, at: now)
            let isKept = try await commit([
                .access(.requireOpen(session.id, at: now)),
                .oauth(
                    .requireConsent(
                        Identifier(id.text),
                        Identifier(thirdParty.text),
                        Identifier(given.person.text),
                        at: now
                    )
                ),
                .access(before == nil ? .openTokens(chain) : .advanceTokens(chain)),
            ])
            guard isKept else { continue }
            let token = ConsentToken(secret: secret, consent: id, generation: chain.generation)
            return surface.answer(
                .ok,
                SessionDocument.consent(consent, token: house.consentTokens.token(token), house.base)
            )
        }
        throw .unavailable(retryAfterSeconds: 1)
    }

    /// Spends a token, and only then looks at what it was spent for.
    ///
    /// Whatever is refused from there on is told together with the successor, because the token is gone.
    private func use(
        _ call: ConsentCall,
        _ parts: PathParts,
        by thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard let token = house.consentTokens.read(call.token), token.consent.text == parts["id"] else {
            throw .consentTokenInvalid
        }
        let page = try Page(call.wish, token, house.consentTokens)
        let successor = house.consentTokens.successor(of: token)
        try await spend(token, for: successor, call, by: thirdParty, at: now)
        let next = house.consentTokens.token(successor)
        do {
            let result = try await result(of: call.wish, page, successor, at: now)
            return surface.answer(.ok, SessionDocument.result(result, token: next))
        } catch { return KlarnaXS2A().answer(error, successor: next) }
    }

    /// Puts the successor in the place of the token, in one commit that counts the use as well.
    private func spend(
        _ token: ConsentToken,
        for successor: ConsentToken,
        _ call: ConsentCall,
        by thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) {
        let use = ConsentTokenUse(
            token: token.fingerprint,
            generation: token.generation,
            successor: successor.fingerprint,
            thirdParty: thirdParty,
            isAttended: call.isAttended
        )
        for _ in 0..<Self.attempts {
            guard
                let chain = try await ask({ store throws(StoreFailure) in
                    try await store.tokenChain(of: token.consent)
                })
            else { throw .consentTokenInvalid }
            let next: ConsentTokenChain
            do { next = try chain.used(by: use, under: house.consentTokenPolicy, at: now) } catch {
                switch error {
                case .invalid: throw .consentTokenInvalid
                case .used: throw .consentTokenUsed
                case .quotaSpent(let end): throw .quotaSpent(retryAfterSeconds: Int(max(end.since(now), 1)))
                }
            }
            if try await commit([.access(.advanceTokens(next))]) { return }
        }
        throw .unavailable(retryAfterSeconds: 1)
    }

    private func result(
        of wish: ConsentCall.Wish,
        _ page: Page?,
        _ successor: ConsentToken,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> JSON {
        guard let consent = try await consent(successor.consent) else { throw .consentTokenInvalid }
        guard opens(consent, at: now) else {
            throw .consent(consent.state(at: now) == .expired ? .expired : .impossible(in: consent.status))
        }
        let accounts = accounts(of: consent)
        switch wish {
        case .accounts: return try accounts.accounts()
        case .details(let account): return try accounts.details(of: account)
        case .balances(let account): return try accounts.balances(of: account)
        case .transactions, .next: break
        }
        guard let page else { throw .failed }
        var (result, last) = try accounts.transactions(
            of: page.account,
            in: page.days,
            pageSize: page.size,
            after: page.last,
            at: now
        )
        if let last {
            let offset = ListingOffset(
                consent: consent.id,
                generation: successor.generation,
                account: page.account,
                days: page.days,
                pageSize: page.size,
                last: last
            )
            result.append(
                SessionDocument.pagination(consent.id, offset: house.consentTokens.offset(offset), house.base)
            )
        }
        return .object(result)
    }

    private func ask<Answer: Sendable>(
        _ question: (any Store) async throws(StoreFailure) -> Answer
    ) async throws(SurfaceRefusal) -> Answer {
        do { return try await house.ask(question) } catch { throw .unavailable(retryAfterSeconds: 1) }
    }
}

/// A page of transactions that is asked for.
private struct Page {
    let account: Identifier<Account>
    let days: TransactionPeriod
    let size: Int
    let last: WireText?

    /// - Returns: `nil` where no transactions are asked for.
    init?(_ wish: ConsentCall.Wish, _ token: ConsentToken, _ tokens: ConsentTokens) throws(SurfaceRefusal) {
        switch wish {
        case .accounts, .details, .balances: return nil
        case .transactions(let account, let days, let size):
            self.init(account: account, days: days, size: size, last: nil)
        case .next(let text):
            guard let offset = tokens.offset(text, with: token) else { throw .fieldInvalid(path: "offset") }
            self.init(account: offset.account, days: offset.days, size: offset.pageSize, last: offset.last)
        }
    }

    private init(account: Identifier<Account>, days: TransactionPeriod, size: Int, last: WireText?) {
        self.account = account
        self.days = days
        self.size = size
        self.last = last
    }
}

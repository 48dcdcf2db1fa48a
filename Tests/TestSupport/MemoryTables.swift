import Consents
import Crypto
import OAuth
import Storage
import Text

/// What `MemoryStore` keeps, and the condition of every change.
struct MemoryTables: Sendable {
    var families: [Identifier<TokenFamily>: TokenFamily] = [:]
    var sessions: [Fingerprint: Session] = [:]
    var interactions: [Identifier<Interaction>: Interaction] = [:]
    var pushedRequests: [Fingerprint: PushedRequest] = [:]
    var polledRequests: [Fingerprint: PolledRequest] = [:]
    var revoked: [Fingerprint: Timestamp] = [:]
    var leftPlaces: [StatusPlace: Timestamp] = [:]
    var scopes: [RememberedName: (scope: Scope, credential: Fingerprint)] = [:]
    var throttles: [LoginThrottle.Subject: LoginThrottle] = [:]
    var consents: [Identifier<Consent>: Consent] = [:]
    var ledger: [LedgerEntry] = []
    var keys: [IdempotencyRecord] = []
    var accessSessions: [Identifier<AccessSession>: AccessSession] = [:]
    var accessFlows: [Identifier<AccessFlow>: AccessFlow] = [:]
    var notices: [Identifier<LogoutNotice>: LogoutNotice] = [:]
    var tokenChains: [Identifier<Consent>: ConsentTokenChain] = [:]
    var registeredClients: [Identifier<Client>: RegisteredClient] = [:]
    var spentInvitations: [Fingerprint: Timestamp] = [:]
    private var codes: [Fingerprint: OneTime] = [:]
    private var records: [Fingerprint: CodeRecord] = [:]
    private var refreshTokens: [Fingerprint: OneTime] = [:]
    private var assertions: [AssertionName: Timestamp] = [:]

    func code(_ fingerprint: Fingerprint) -> CodeRecord? {
        guard let code = codes[fingerprint], let family = families[code.family],
            let record = records[fingerprint]
        else { return nil }
        return CodeRecord(
            fingerprint: fingerprint,
            family: family,
            challenge: record.challenge,
            certificate: record.certificate,
            proofKey: record.proofKey,
            state: record.state,
            expires: code.expires,
            spent: code.spent
        )
    }

    func refreshToken(_ fingerprint: Fingerprint) -> RefreshRecord? {
        guard let token = refreshTokens[fingerprint], let family = families[token.family] else { return nil }
        return RefreshRecord(
            fingerprint: fingerprint,
            family: family,
            confirmation: token.confirmation,
            expires: token.expires,
            spent: token.spent
        )
    }

    /// Everything but consents, their ledger, and who is registered.
    var passingRows: Int {
        families.count + sessions.count + interactions.count + pushedRequests.count + polledRequests.count
            + revoked.count + leftPlaces.count + throttles.count + accessSessions.count + accessFlows.count
            + notices.count + tokenChains.count + codes.count + refreshTokens.count + assertions.count
    }

    /// Makes one change; `false` where its condition does not hold.
    mutating func make(_ change: Storage.Change) -> Bool {
        switch change {
        case .oauth(let change): make(change)
        case .consent(let change): make(change)
        case .takeKey(let record, let now): take(record, at: now)
        case .access(let change): make(change)
        case .registration(let change): make(change)
        case .logout(let change): make(change)
        }
    }
}

// MARK: Changes of the protocol

extension MemoryTables {
    private mutating func make(_ change: OAuth.Change) -> Bool {
        switch change {
        case .keepPushedRequest(let request, let now):
            let waiting = pushedRequests.values.count { $0.client == request.client && now < $0.expires }
            return waiting < Limits.pushedRequests && pushedRequests.add(request, as: request.fingerprint)
        case .spendPushedRequest(let fingerprint, let now):
            guard let request = pushedRequests[fingerprint], request.spent == nil else { return false }
            pushedRequests[fingerprint] = request.spent(at: now)
            return true
        case .openInteraction(let interaction):
            return interactions.add(interaction, as: interaction.id)
        case .signIn(let id, let session, let person, let now):
            guard var interaction = interactions[id], interaction.closed == nil, now < interaction.expires else {
                return false
            }
            interaction.session = session
            interaction.person = person
            interactions[id] = interaction
            return true
        case .closeInteraction(let id, let now):
            guard let interaction = interactions[id], interaction.closed == nil else { return false }
            interactions[id]?.closed = now
            return true
        case .openSession(let session):
            return sessions.add(session, as: session.fingerprint)
        case .endSession(let fingerprint):
            sessions[fingerprint] = nil
            return true
        case .requireSession(let fingerprint, let now):
            return sessions[fingerprint]?.isAlive(at: now) == true
        case .rememberScope(let scope, let circumstances, _):
            scopes[RememberedName(circumstances)] = (scope, circumstances.credential)
            return true
        case .countLoginFailure(let subject, let now):
            let before = throttles[subject].map { now.since($0.last) < LoginThrottle.memorySeconds ? $0.failures : 0 }
            throttles[subject] = LoginThrottle(failures: (before ?? 0) + 1, last: now)
            return true
        case .forgetLoginFailures(let subject):
            throttles[subject] = nil
            return true

        case .openFamily(let family):
            guard let place = freePlace(from: family.place) else { return false }
            return families.add(family.moved(to: place), as: family.id)
        case .revokeFamily(let id, let now):
            if let family = families[id], family.revoked == nil { families[id] = family.revoked(at: now) }
            return true
        case .revokeFamilies(let intent, let now):
            for family in families.values where family.intent == intent && family.revoked == nil {
                families[family.id] = family.revoked(at: now)
            }
            return true
        case .requireFamily(let id):
            guard let family = families[id] else { return false }
            return family.revoked == nil
        case .requireConsent(let intent, let client, let person, let now):
            guard let consent = consents[Identifier(intent.text)] else { return false }
            let standing = consent.standing(at: now)
            return standing.isInForce && standing.client == client && standing.person == person

        case .issueCode(let code):
            guard families[code.family.id] != nil else { return false }
            records[code.fingerprint] = code
            return codes.add(OneTime(code), as: code.fingerprint)
        case .spendCode(let fingerprint, let family, let now):
            return codes.spend(fingerprint, of: family, at: now)
        case .countCodeFailure(let fingerprint, let now):
            codes.countFailure(fingerprint, at: now)
            return true
        case .issueRefreshToken(let token):
            guard families[token.family.id] != nil else { return false }
            return refreshTokens.add(OneTime(token), as: token.fingerprint)
        case .spendRefreshToken(let fingerprint, let family, let now):
            return refreshTokens.spend(fingerprint, of: family, at: now)
        case .revokeAccessToken(let fingerprint, let expires, let place):
            return revoke(fingerprint, expires: expires, leaving: place)
        case .spendAssertion(let client, let fingerprint, let expires):
            return assertions.add(expires, as: AssertionName(client: client, fingerprint: fingerprint))
        case .spendRequest(let client, let identifier, let expires):
            let owner = Identifier<Client>(WireText("request \(client)"))
            return assertions.add(expires, as: AssertionName(client: owner, fingerprint: identifier))
        case .spendGrantAssertion(let issuer, let identifier, let expires):
            let owner = Identifier<Client>(WireText("issuer \(issuer)"))
            return assertions.add(expires, as: AssertionName(client: owner, fingerprint: identifier))
        case .spendProof(let key, let identifier, let expires):
            let owner = Identifier<Client>(WireText("dpop \(Hex.encode(key.bytes))"))
            return assertions.add(expires, as: AssertionName(client: owner, fingerprint: identifier))
        case .polled(let change): return make(change)
        }
    }
}

// MARK: Places of statuses

extension MemoryTables {
    private func freePlace(from wanted: StatusPlace) -> StatusPlace? {
        let taken = Set(families.values.map(\.place)).union(leftPlaces.keys)
        return sequence(first: wanted, next: \.next).prefix(Limits.statusProbes).first { !taken.contains($0) }
    }

    private mutating func revoke(_ token: Fingerprint, expires: Timestamp, leaving place: StatusPlace?) -> Bool {
        let isNew = revoked.add(expires, as: token)
        guard let place else { return true }
        if isNew { leftPlaces[place] = max(expires, leftPlaces[place] ?? expires) }
        guard let family = families.values.first(where: { $0.place == place }) else { return true }
        guard let free = freePlace(from: StatusPlace(randomlyBy: token)) else { return false }
        families[family.id] = family.moved(to: free)
        return true
    }

    func endedPlaces(ofList list: Int, at now: Timestamp) -> [Int] {
        let since = now - Limits.accessTokenSeconds - Limits.clockSkewSeconds
        let ended = families.values.filter { family in
            if since < family.expires, family.expires <= now { return true }
            if let revoked = family.revoked { return since < revoked }
            guard let intent = family.intent, let consent = consents[Identifier(intent.text)], since < consent.updated
            else { return false }
            let standing = consent.standing(at: now)
            return !standing.isInForce || standing.person != family.person || standing.client != family.client
        }
        let left = leftPlaces.filter { now < $0.value }.keys
        return Set(ended.map(\.place)).union(left).filter { $0.list == list }.map(\.index).sorted()
    }
}

// MARK: Changes of requests that are polled

extension MemoryTables {
    private mutating func make(_ change: PolledRequestChange) -> Bool {
        switch change {
        case .keep(let request, let now):
            let waiting = polledRequests.values.count { $0.client == request.client && $0.isPending(at: now) }
            let isTaken = polledRequests.values.contains { $0.userCode != nil && $0.userCode == request.userCode }
            let summoned = polledRequests.values.filter {
                $0.summons != nil && $0.summons?.person == request.summons?.person && $0.isPending(at: now)
            }
            let byClient = summoned.count { $0.client == request.client }
            return waiting < Limits.polledRequests && summoned.count < Limits.summonses
                && byClient < Limits.summonsesOfClient && !isTaken
                && polledRequests.add(request, as: request.fingerprint)
        case .enter(let fingerprint, let now):
            guard let request = polledRequests[fingerprint], request.canBeEntered(at: now) else { return false }
            polledRequests[fingerprint]?.entries += 1
            return true
        case .grant(let fingerprint, let family, let now):
            guard let request = polledRequests[fingerprint], request.isPending(at: now) else { return false }
            polledRequests[fingerprint]?.decision = .granted(family)
            polledRequests[fingerprint]?.summons?.notice?.due = now
            return true
        case .deny(let fingerprint, let now):
            guard let request = polledRequests[fingerprint], request.decision == nil else { return false }
            polledRequests[fingerprint]?.decision = .denied
            polledRequests[fingerprint]?.summons?.notice?.due = now
            return true
        case .spend(let fingerprint, let now):
            guard let request = polledRequests[fingerprint], case .granted = request.decision, request.spent == nil
            else { return false }
            polledRequests[fingerprint]?.spent = now
            return true
        case .slowDown(let fingerprint):
            guard let interval = polledRequests[fingerprint]?.interval, interval < PolledRequest.longestInterval else {
                return true
            }
            let slower = min(interval + PolledRequest.slowerSeconds, PolledRequest.longestInterval)
            polledRequests[fingerprint]?.interval = slower
            return true
        case .settleNotice(let fingerprint):
            polledRequests[fingerprint]?.summons?.notice = nil
            return true
        case .attemptNotice(let fingerprint, let tries, let next):
            guard let notice = polledRequests[fingerprint]?.summons?.notice, notice.due != nil, notice.tries == tries
            else { return false }
            polledRequests[fingerprint]?.summons?.notice?.due = next
            polledRequests[fingerprint]?.summons?.notice?.tries += 1
            return true
        }
    }
}

// MARK: Changes of consents

extension MemoryTables {
    private mutating func make(_ change: ConsentChange) -> Bool {
        switch change {
        case .create(let consent, let revision):
            ledger.append(LedgerEntry(revision, after: ledger.last?.head ?? .beginning))
            return consents.add(consent, as: consent.id)
        case .replace(let consent, let revision):
            guard consents[consent.id]?.version == consent.version - 1 else { return false }
            consents[consent.id] = consent
            ledger.append(LedgerEntry(revision, after: ledger.last?.head ?? .beginning))
            return true
        }
    }
}

// MARK: Keys of registrations

extension MemoryTables {
    private mutating func take(_ record: IdempotencyRecord, at now: Timestamp) -> Bool {
        let index = keys.firstIndex { $0.thirdParty == record.thirdParty && $0.key == record.key }
        guard let index else {
            keys.append(record)
            return true
        }
        guard keys[index].expires <= now else { return false }
        keys[index] = record
        return true
    }
}

// MARK: Changes of sessions and their tokens

extension MemoryTables {
    private mutating func make(_ change: AccessChange) -> Bool {
        switch change {
        case .open(let session): return accessSessions.add(session, as: session.id)
        case .close(let id, let now):
            guard let session = accessSessions[id], session.closed == nil else { return false }
            accessSessions[id]?.closed = now
            return true
        case .requireOpen(let id, let now): return accessSessions[id]?.isOpen(at: now) == true
        case .start(let flow):
            guard accessSessions[flow.session] != nil,
                !accessFlows.values.contains(where: { $0.clientToken == flow.clientToken })
            else { return false }
            return accessFlows.add(flow, as: flow.id)
        case .openTokens(let chain): return tokenChains.add(chain, as: chain.consent)
        case .advanceTokens(let chain):
            guard let before = tokenChains[chain.consent], before.version == chain.version - 1 else { return false }
            tokenChains[chain.consent] = before.advanced(to: chain)
            return true
        }
    }
}

extension ConsentTokenChain {
    /// Whose chain it is, and until when, stays as it was opened.
    fileprivate func advanced(to next: ConsentTokenChain) -> ConsentTokenChain {
        ConsentTokenChain(
            consent: consent,
            thirdParty: thirdParty,
            expires: expires,
            generation: next.generation,
            live: next.live,
            preceding: next.preceding,
            rotated: next.rotated,
            quota: next.quota,
            version: next.version
        )
    }
}

// MARK: Changes of clients that register themselves

extension MemoryTables {
    private mutating func make(_ change: RegistrationChange) -> Bool {
        switch change {
        case .register(let client):
            let ofSoftware = registeredClients.values.count {
                client.policy.software != nil && $0.policy.software == client.policy.software
            }
            return registeredClients.count < Limits.registeredClients && ofSoftware < Limits.registrationsOfSoftware
                && registeredClients.add(client, as: client.id)
        case .replace(let client):
            guard let before = registeredClients[client.id], before.version == client.version - 1 else { return false }
            registeredClients[client.id] = client
            return true
        case .remove(let id, let token):
            guard registeredClients[id]?.accessToken == token else { return false }
            registeredClients[id] = nil
            return true
        case .spendInvitation(let fingerprint, let expires):
            return spentInvitations.add(expires, as: fingerprint)
        }
    }
}

// MARK: Searching

extension MemoryTables {
    func consents(matching search: ConsentSearch, at now: Timestamp) -> ConsentsFound {
        func fits<Name: Equatable>(_ asked: [Name], _ names: [Name]) -> Bool {
            asked.isEmpty || names.contains { asked.contains($0) }
        }
        let found = consents.values.filter { consent in
            fits(search.consents, [consent.id]) && fits(search.thirdParties, [consent.thirdParty])
                && fits(search.persons, consent.authorisation.map { [$0.person] } ?? [])
                && fits(search.accounts, consent.authorisation?.accounts ?? [])
                && (search.states.isEmpty || search.states.contains(consent.state(at: now)))
                && (search.from.map { $0 <= consent.created } ?? true)
                && (search.to.map { consent.created <= $0 } ?? true)
        }
        let sorted = found.sorted { left, right in
            left.created == right.created ? left.id.text < right.id.text : left.created > right.created
        }
        return ConsentsFound(
            consents: Array(sorted.dropFirst(max(search.offset, 0)).prefix(max(search.limit, 0))),
            total: sorted.count
        )
    }
}

// MARK: Sweeping

extension MemoryTables {
    mutating func sweep(at now: Timestamp, limit: Int) -> Int {
        let over = now - Limits.sweepMarginSeconds
        var room = limit
        let families = families
        func isOver(_ oneTime: OneTime) -> Bool { (families[oneTime.family]?.expires ?? over) <= over }
        refreshTokens.sweep(&room, where: { isOver($0) })
        codes.sweep(&room, where: { isOver($0) })
        self.families.sweep(&room, where: { $0.expires <= over })
        interactions.sweep(&room, where: { $0.closed != nil && $0.expires <= over })
        let accessSessions = accessSessions
        accessFlows.sweep(&room, where: { (accessSessions[$0.session]?.expires ?? over) <= over })
        self.accessSessions.sweep(&room, where: { $0.expires <= over })
        let consents = consents
        tokenChains.sweep(
            &room,
            where: { chain in
                guard let end = consents[chain.consent]?.lifetime.expires else { return false }
                return chain.expires <= over && end <= over
            }
        )
        polledRequests.sweep(&room, where: { $0.expires <= now - Limits.polledRequestSeconds })
        pushedRequests.sweep(&room, where: { $0.expires <= now - Limits.pushedRequestSeconds })
        sessions.sweep(&room, where: { $0.expires <= over })
        notices.sweep(&room, where: { $0.expires <= now })
        revoked.sweep(&room, where: { $0 <= over })
        leftPlaces = leftPlaces.filter { over < $0.value }
        assertions.sweep(&room, where: { $0 <= over })
        spentInvitations.sweep(&room, where: { $0 <= over })
        throttles.sweep(&room, where: { $0.last <= now - LoginThrottle.memorySeconds })
        return limit - room
    }
}

/// A code or a refresh token without the family it belongs to.
private struct OneTime: Sendable {
    let family: Identifier<TokenFamily>
    let expires: Timestamp
    var confirmation: Confirmation?
    var spent: Timestamp?
    var failures = 0

    init(_ code: CodeRecord) {
        family = code.family.id
        expires = code.expires
        spent = code.spent
    }

    init(_ token: RefreshRecord) {
        family = token.family.id
        confirmation = token.confirmation
        expires = token.expires
        spent = token.spent
    }
}

private struct AssertionName: Hashable, Sendable {
    let client: Identifier<Client>
    let fingerprint: Fingerprint
}

struct RememberedName: Hashable, Sendable {
    let person: Identifier<OAuth.Person>
    let client: Identifier<Client>
    let redirectURI: WireText

    init(_ circumstances: Circumstances) {
        person = circumstances.person
        client = circumstances.client
        redirectURI = circumstances.redirectURI
    }
}

extension PushedRequest {
    fileprivate func spent(at now: Timestamp) -> PushedRequest {
        PushedRequest(
            fingerprint: fingerprint,
            client: client,
            parameters: parameters,
            isSigned: isSigned,
            certificate: certificate,
            expires: expires,
            spent: now
        )
    }
}

extension TokenFamily {
    func revoked(at now: Timestamp) -> TokenFamily { with(revoked: now, place: place) }

    func moved(to place: StatusPlace) -> TokenFamily { with(revoked: revoked, place: place) }

    private func with(revoked: Timestamp?, place: StatusPlace) -> TokenFamily {
        TokenFamily(
            id: id,
            client: client,
            person: person,
            intent: intent,
            scope: scope,
            redirectURI: redirectURI,
            nonce: nonce,
            authenticated: authenticated,
            acr: acr,
            sid: sid,
            created: created,
            expires: expires,
            revoked: revoked,
            details: details,
            resources: resources,
            claims: claims,
            place: place
        )
    }
}

extension Dictionary {
    /// Adds what nobody has added; `false` where the name is taken.
    mutating func add(_ value: Value, as name: Key) -> Bool {
        guard self[name] == nil else { return false }
        self[name] = value
        return true
    }

    fileprivate mutating func sweep(_ room: inout Int, where isOver: (Value) -> Bool) {
        let names = filter { isOver($0.value) }.keys.prefix(room)
        for name in names { self[name] = nil }
        room -= names.count
    }
}

extension [Fingerprint: OneTime] {
    fileprivate mutating func spend(
        _ fingerprint: Fingerprint,
        of family: Identifier<TokenFamily>,
        at now: Timestamp
    ) -> Bool {
        guard let found = self[fingerprint], found.family == family, found.spent == nil else { return false }
        self[fingerprint]?.spent = now
        return true
    }

    fileprivate mutating func countFailure(_ fingerprint: Fingerprint, at now: Timestamp) {
        guard let found = self[fingerprint], found.spent == nil else { return }
        self[fingerprint]?.failures += 1
        if found.failures + 1 >= Limits.codeFailures { self[fingerprint]?.spent = now }
    }
}

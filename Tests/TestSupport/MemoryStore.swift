package import Consents
package import Crypto
package import OAuth
package import Storage
import Synchronization
package import Text

/// The store of the tests: the same conditions as the real one, in dictionaries.
package final class MemoryStore: Store {
    private let state = Mutex(State())

    package init() {}

    /// The failure of every call from now on, or `nil` to work again.
    package func fail(with failure: StoreFailure?) {
        state.withLock { $0.failure = failure }
    }

    /// Lets `count` calls pass, and fails the one after them, once.
    package func failOnce(with failure: StoreFailure, after count: Int) {
        state.withLock { $0.planned = (count, failure) }
    }

    /// Happens before every commit, as if somebody else were faster.
    package func beforeCommits(_ happening: @escaping @Sendable (MemoryStore) async throws(StoreFailure) -> Void) {
        state.withLock { $0.happening = happening }
    }

    /// Tells another consent in the place of the one that is there.
    package func tellConsents(_ telling: @escaping @Sendable (Consent) -> Consent) {
        state.withLock { $0.telling = telling }
    }

    /// Makes changes, and nothing happens before.
    package func commitNow(_ changes: [Storage.Change]) throws(StoreFailure) -> CommitResult {
        try ask { state in
            var tables = state.tables
            for change in changes {
                guard tables.make(change) else {
                    let remedy = change.refusal.remedy.map { Storage.Change.oauth($0) }
                    guard !remedy.isEmpty else { return .overtaken(change) }
                    for change in remedy { _ = state.tables.make(change) }
                    state.kept.append(remedy)
                    return .overtaken(change)
                }
            }
            state.tables = tables
            state.kept.append(changes)
            return .kept
        }
    }

    /// How many calls there were: questions, commits and sweeps.
    package var calls: Int { state.withLock { $0.calls } }

    /// A consent as it is kept at this moment, whatever fails.
    package func consentNow(_ id: Identifier<Consent>) -> Consent? { state.withLock { $0.tables.consents[id] } }

    /// How many rows there are of what is to go some day.
    package var passingRows: Int { state.withLock { $0.tables.passingRows } }

    /// Every list of changes that was kept, in order.
    package var kept: [[Storage.Change]] { state.withLock { $0.kept } }

    private func ask<Answer: Sendable>(
        _ body: @Sendable (inout State) -> Answer
    ) throws(StoreFailure) -> Answer {
        let answer: Result<Answer, StoreFailure> = state.withLock { state in
            state.calls += 1
            if let failure = state.failure { return .failure(failure) }
            if let planned = state.planned {
                guard planned.after > 0 else {
                    state.planned = nil
                    return .failure(planned.failure)
                }
                state.planned = (planned.after - 1, planned.failure)
            }
            return .success(body(&state))
        }
        return try answer.get()
    }

    private struct State {
        var tables = MemoryTables()
        var kept: [[Storage.Change]] = []
        var calls = 0
        var failure: StoreFailure?
        var planned: (after: Int, failure: StoreFailure)?
        var happening: (@Sendable (MemoryStore) async throws(StoreFailure) -> Void)?
        var telling: (@Sendable (Consent) -> Consent)?
    }
}

extension MemoryStore {
    package func commit(_ changes: [Storage.Change]) async throws(StoreFailure) -> CommitResult {
        if let happening = state.withLock({ $0.happening }) { try await happening(self) }
        return try commitNow(changes)
    }

    package func sweep(at now: Timestamp, limit: Int) async throws(StoreFailure) -> Int {
        try ask { $0.tables.sweep(at: now, limit: limit) }
    }

    package func code(_ fingerprint: Fingerprint) async throws(StoreFailure) -> CodeRecord? {
        try ask { $0.tables.code(fingerprint) }
    }

    package func refreshToken(_ fingerprint: Fingerprint) async throws(StoreFailure) -> RefreshRecord? {
        try ask { $0.tables.refreshToken(fingerprint) }
    }

    package func liveFamily(of intent: Identifier<Intent>) async throws(StoreFailure) -> TokenFamily? {
        try ask { state in
            state.tables.families.values.filter { $0.intent == intent && $0.revoked == nil }
                .min { ($1.created, $0.id.text) < ($0.created, $1.id.text) }
        }
    }

    package func family(_ id: Identifier<TokenFamily>) async throws(StoreFailure) -> TokenFamily? {
        try ask { $0.tables.families[id] }
    }

    package func isRevoked(accessToken: Fingerprint) async throws(StoreFailure) -> Bool {
        try ask { $0.tables.revoked[accessToken] != nil }
    }

    package func endedPlaces(ofList list: Int, at now: Timestamp) async throws(StoreFailure) -> [Int] {
        try ask { $0.tables.endedPlaces(ofList: list, at: now) }
    }

    package func session(_ fingerprint: Fingerprint) async throws(StoreFailure) -> Session? {
        try ask { $0.tables.sessions[fingerprint] }
    }

    package func interaction(_ id: Identifier<Interaction>) async throws(StoreFailure) -> Interaction? {
        try ask { $0.tables.interactions[id] }
    }

    package func pushedRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PushedRequest? {
        try ask { $0.tables.pushedRequests[fingerprint] }
    }

    package func polledRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        try ask { $0.tables.polledRequests[fingerprint] }
    }

    package func polledRequest(userCode: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        try ask { $0.tables.polledRequests.values.first { $0.userCode == userCode } }
    }

    package func summonses(
        of person: Identifier<OAuth.Person>,
        at now: Timestamp
    ) async throws(StoreFailure) -> [PolledRequest] {
        try ask { state in
            let waiting = state.tables.polledRequests.values.filter {
                $0.summons?.person == person && $0.isPending(at: now)
            }
            return Array(waiting.sorted { $0.isBefore($1, by: \.created) }.prefix(Limits.summonses))
        }
    }

    package func duePings(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [PolledRequest] {
        try ask { state in
            let due = state.tables.polledRequests.values.filter {
                $0.summons?.notice?.due.map { $0 <= now } == true && now < $0.expires
            }
            return Array(due.sorted { $0.isBefore($1, by: \.noticeDue) }.prefix(limit))
        }
    }

    package func abandonedInteractions(
        at now: Timestamp,
        limit: Int
    ) async throws(StoreFailure) -> [Interaction] {
        try ask { state in
            let abandoned = state.tables.interactions.values.filter { $0.closed == nil && $0.expires <= now }
            return Array(abandoned.sorted { ($0.expires, $0.id.text) < ($1.expires, $1.id.text) }.prefix(limit))
        }
    }

    package func isAwaited(_ intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Bool {
        try ask { state in
            state.tables.interactions.values.contains { $0.intent == intent && $0.closed == nil && now < $0.expires }
        }
    }

    package func accessSession(_ id: Identifier<AccessSession>) async throws(StoreFailure) -> AccessSession? {
        try ask { $0.tables.accessSessions[id] }
    }

    package func accessFlow(_ id: Identifier<AccessFlow>) async throws(StoreFailure) -> AccessFlow? {
        try ask { $0.tables.accessFlows[id] }
    }

    package func accessFlow(clientToken: Fingerprint) async throws(StoreFailure) -> AccessFlow? {
        try ask { $0.tables.accessFlows.values.first { $0.clientToken == clientToken } }
    }

    package func hasAccessFlow(in session: Identifier<AccessSession>) async throws(StoreFailure) -> Bool {
        try ask { $0.tables.accessFlows.values.contains { $0.session == session } }
    }

    package func tokenChain(of consent: Identifier<Consent>) async throws(StoreFailure) -> ConsentTokenChain? {
        try ask { $0.tables.tokenChains[consent] }
    }

    package func registeredClients(
        after id: Identifier<Client>,
        limit: Int
    ) async throws(StoreFailure) -> [RegisteredClient] {
        try ask { state in
            let later = state.tables.registeredClients.values.filter { id.text < $0.id.text }
            return Array(later.sorted { $0.id.text < $1.id.text }.prefix(limit))
        }
    }

    package func registeredClient(_ id: Identifier<Client>) async throws(StoreFailure) -> RegisteredClient? {
        try ask { $0.tables.registeredClients[id] }
    }

    package func clients(toldOf sid: WireText) async throws(StoreFailure) -> [Identifier<Client>] {
        try ask { $0.tables.clients(toldOf: sid) }
    }

    package func dueNotices(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [LogoutNotice] {
        try ask { $0.tables.dueNotices(at: now, limit: limit) }
    }

    package func sessions(
        after fingerprint: Fingerprint?,
        at now: Timestamp,
        limit: Int
    ) async throws(StoreFailure) -> [Session] {
        try ask { $0.tables.sessions(after: fingerprint, at: now, limit: limit) }
    }

    package func rememberedScope(in circumstances: Circumstances) async throws(StoreFailure) -> Scope? {
        try ask { state in
            let name = RememberedName(circumstances)
            return state.tables.scopes[name].flatMap { $0.credential == circumstances.credential ? $0.scope : nil }
        }
    }

    package func throttle(_ subject: LoginThrottle.Subject) async throws(StoreFailure) -> LoginThrottle? {
        try ask { $0.tables.throttles[subject] }
    }

    package func consent(_ id: Identifier<Consent>) async throws(StoreFailure) -> Consent? {
        try ask { state in
            guard let consent = state.tables.consents[id] else { return nil }
            return state.telling?(consent) ?? consent
        }
    }

    package func consents(
        matching search: ConsentSearch,
        at now: Timestamp
    ) async throws(StoreFailure) -> ConsentsFound {
        try ask { $0.tables.consents(matching: search, at: now) }
    }

    package func idempotencyRecord(
        of thirdParty: Identifier<ThirdParty>,
        key: Fingerprint
    ) async throws(StoreFailure) -> IdempotencyRecord? {
        try ask { $0.tables.keys.first { $0.thirdParty == thirdParty && $0.key == key } }
    }

    package func ledger(after sequence: Int, limit: Int) async throws(StoreFailure) -> [LedgerEntry] {
        try ask { Array($0.tables.ledger.dropFirst(sequence).prefix(limit)) }
    }

    package func revisions(of id: Identifier<Consent>) async throws(StoreFailure) -> [Revision] {
        try ask { $0.tables.ledger.map(\.revision).filter { $0.consent == id } }
    }
}

extension PolledRequest {
    fileprivate var noticeDue: Timestamp { summons?.notice?.due ?? created }

    fileprivate func isBefore(_ other: PolledRequest, by time: (PolledRequest) -> Timestamp) -> Bool {
        time(self) == time(other)
            ? fingerprint.bytes.lexicographicallyPrecedes(other.fingerprint.bytes) : time(self) < time(other)
    }
}

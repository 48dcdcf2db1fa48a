import Consents
import Crypto
import OAuth
import Storage
import TestSupport
import Text

/// The store as one server sees it: every question and every commit waits for its turn, and may fail.
///
/// What is behind it is shared by all servers, and by a server and the one that is started after its death.
final class SimulatedStore: Store, @unchecked Sendable {
    private let world: World
    private let truth: MemoryStore
    /// Of a server that is dead: nothing reaches the disk any more.
    var isDead = false

    init(_ world: World, _ truth: MemoryStore) {
        self.world = world
        self.truth = truth
    }

    func commit(_ changes: [Storage.Change]) async throws(StoreFailure) -> CommitResult {
        try await turn(.write)
        if world.plan.plant == .early {
            world.later { [self] in if !isDead { _ = try? truth.commitNow(changes) } }
            return .kept
        }
        if world.plan.plant == .stuck, world.requests > 100 { await withCheckedContinuation { world.stuck.append($0) } }
        let result = try truth.commitNow(world.planted(changes))
        for case .consent(let change) in changes { world.oracle.look(at: truth, change.consent.id.text) }
        try await turn(.acknowledge)
        return result
    }

    func sweep(at now: Timestamp, limit: Int) async throws(StoreFailure) -> Int {
        try await turn(.write)
        guard world.plan.plant != .noSweep else { return 0 }
        world.seen = max(world.seen, now)
        let count = try await truth.sweep(at: now, limit: limit)
        try await turn(.acknowledge)
        return count
    }

    private func ask<Answer>(_ question: () async throws(StoreFailure) -> Answer) async throws(StoreFailure) -> Answer {
        try await turn(.read)
        return try await question()
    }

    private func turn(_ kind: World.Turn) async throws(StoreFailure) {
        if let failure = await world.turn(kind) { throw failure }
        if isDead { throw .unavailable }
    }
}

extension SimulatedStore {
    func ledger(after sequence: Int, limit: Int) async throws(StoreFailure) -> [LedgerEntry] {
        try await ask { () throws(StoreFailure) in try await truth.ledger(after: sequence, limit: limit) }
    }

    func code(_ fingerprint: Fingerprint) async throws(StoreFailure) -> CodeRecord? {
        try await ask { () throws(StoreFailure) in try await truth.code(fingerprint) }
    }

    func refreshToken(_ fingerprint: Fingerprint) async throws(StoreFailure) -> RefreshRecord? {
        try await ask { () throws(StoreFailure) in try await truth.refreshToken(fingerprint) }
    }

    func liveFamily(of intent: Identifier<Intent>) async throws(StoreFailure) -> TokenFamily? {
        try await ask { () throws(StoreFailure) in try await truth.liveFamily(of: intent) }
    }

    func family(_ id: Identifier<TokenFamily>) async throws(StoreFailure) -> TokenFamily? {
        try await ask { () throws(StoreFailure) in try await truth.family(id) }
    }

    func isRevoked(accessToken: Fingerprint) async throws(StoreFailure) -> Bool {
        try await ask { () throws(StoreFailure) in try await truth.isRevoked(accessToken: accessToken) }
    }

    func endedPlaces(ofList list: Int, at now: Timestamp) async throws(StoreFailure) -> [Int] {
        try await ask { () throws(StoreFailure) in try await truth.endedPlaces(ofList: list, at: now) }
    }

    func session(_ fingerprint: Fingerprint) async throws(StoreFailure) -> Session? {
        try await ask { () throws(StoreFailure) in try await truth.session(fingerprint) }
    }

    func interaction(_ id: Identifier<Interaction>) async throws(StoreFailure) -> Interaction? {
        try await ask { () throws(StoreFailure) in try await truth.interaction(id) }
    }

    func pushedRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PushedRequest? {
        try await ask { () throws(StoreFailure) in try await truth.pushedRequest(fingerprint) }
    }

    func polledRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        try await ask { () throws(StoreFailure) in try await truth.polledRequest(fingerprint) }
    }

    func polledRequest(userCode: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        try await ask { () throws(StoreFailure) in try await truth.polledRequest(userCode: userCode) }
    }

    func summonses(of person: Identifier<OAuth.Person>, at now: Timestamp) async throws(StoreFailure) -> [PolledRequest]
    {
        try await ask { () throws(StoreFailure) in try await truth.summonses(of: person, at: now) }
    }

    func duePings(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [PolledRequest] {
        try await ask { () throws(StoreFailure) in try await truth.duePings(at: now, limit: limit) }
    }

    func abandonedInteractions(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [Interaction] {
        try await ask { () throws(StoreFailure) in try await truth.abandonedInteractions(at: now, limit: limit) }
    }

    func isAwaited(_ intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Bool {
        try await ask { () throws(StoreFailure) in try await truth.isAwaited(intent, at: now) }
    }

    func accessSession(_ id: Identifier<AccessSession>) async throws(StoreFailure) -> AccessSession? {
        try await ask { () throws(StoreFailure) in try await truth.accessSession(id) }
    }

    func accessFlow(_ id: Identifier<AccessFlow>) async throws(StoreFailure) -> AccessFlow? {
        try await ask { () throws(StoreFailure) in try await truth.accessFlow(id) }
    }

    func accessFlow(clientToken: Fingerprint) async throws(StoreFailure) -> AccessFlow? {
        try await ask { () throws(StoreFailure) in try await truth.accessFlow(clientToken: clientToken) }
    }

    func hasAccessFlow(in session: Identifier<AccessSession>) async throws(StoreFailure) -> Bool {
        try await ask { () throws(StoreFailure) in try await truth.hasAccessFlow(in: session) }
    }

    func tokenChain(of consent: Identifier<Consent>) async throws(StoreFailure) -> ConsentTokenChain? {
        try await ask { () throws(StoreFailure) in try await truth.tokenChain(of: consent) }
    }

    func registeredClients(
        after id: Identifier<Client>,
        limit: Int
    ) async throws(StoreFailure) -> [RegisteredClient] {
        try await ask { () throws(StoreFailure) in try await truth.registeredClients(after: id, limit: limit) }
    }

    func registeredClient(_ id: Identifier<Client>) async throws(StoreFailure) -> RegisteredClient? {
        try await ask { () throws(StoreFailure) in try await truth.registeredClient(id) }
    }

    func clients(toldOf sid: WireText) async throws(StoreFailure) -> [Identifier<Client>] {
        try await ask { () throws(StoreFailure) in try await truth.clients(toldOf: sid) }
    }

    /// Nobody logs out here, and who looks does so on a thread of its own.
    func dueNotices(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [LogoutNotice] { [] }

    func sessions(
        after fingerprint: Fingerprint?,
        at now: Timestamp,
        limit: Int
    ) async throws(StoreFailure) -> [Session] {
        try await ask { () throws(StoreFailure) in try await truth.sessions(after: fingerprint, at: now, limit: limit) }
    }

    func rememberedScope(in circumstances: Circumstances) async throws(StoreFailure) -> Scope? {
        try await ask { () throws(StoreFailure) in try await truth.rememberedScope(in: circumstances) }
    }

    func throttle(_ subject: LoginThrottle.Subject) async throws(StoreFailure) -> LoginThrottle? {
        try await ask { () throws(StoreFailure) in try await truth.throttle(subject) }
    }

    func consent(_ id: Identifier<Consent>) async throws(StoreFailure) -> Consent? {
        try await ask { () throws(StoreFailure) in try await truth.consent(id) }
    }

    func consents(matching search: ConsentSearch, at now: Timestamp) async throws(StoreFailure) -> ConsentsFound {
        try await ask { () throws(StoreFailure) in try await truth.consents(matching: search, at: now) }
    }

    func idempotencyRecord(
        of thirdParty: Identifier<ThirdParty>,
        key: Fingerprint
    ) async throws(StoreFailure) -> IdempotencyRecord? {
        try await ask { () throws(StoreFailure) in try await truth.idempotencyRecord(of: thirdParty, key: key) }
    }

    func revisions(of id: Identifier<Consent>) async throws(StoreFailure) -> [Revision] {
        try await ask { () throws(StoreFailure) in try await truth.revisions(of: id) }
    }
}

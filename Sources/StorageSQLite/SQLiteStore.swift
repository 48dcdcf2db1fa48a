package import Consents
package import Crypto
package import OAuth
package import Storage
import Synchronization
package import Text

/// The store in one SQLite file: questions on the caller's thread, changes through one writer.
package final class SQLiteStore: Store {
    /// What was found when the file was opened.
    package let report: OpeningReport

    private let path: DatabasePath
    private let lock: Mutex<FileLock?>
    private let readers: ReaderPool
    private let writer: Writer<WriteRequest, WriteOutcome>
    private let onFailure: @Sendable (SQLiteFailure) -> Void

    /// Opens the file, or makes it, and takes it for this process alone.
    ///
    /// - Parameters:
    ///   - acceptsClock: Whether `now` is right even where the database has seen a later time.
    ///   - readers: How many threads may ask at once: the loops and the workers.
    ///   - onFailure: Hears what SQLite said in full, for the log; callers hear a `StoreFailure`.
    package init(
        at path: String,
        now: Timestamp,
        acceptsClock: Bool = false,
        readers count: Int = 4,
        onFailure: @escaping @Sendable (SQLiteFailure) -> Void = { _ in }
    ) throws(OpeningFailure) {
        let path = try DatabasePath(path)
        self.path = path
        lock = Mutex(try FileLock(for: path))
        let opening = Opening(path: path, migrations: Migrations.all, now: now, acceptsClock: acceptsClock)
        let (witness, report) = try opening.run()
        self.report = report
        self.onFailure = onFailure
        readers = try ReaderPool(path, places: count)
        writer = try Writer(path, witness: witness) { connection, request throws(SQLiteFailure) in
            try connection.perform(request)
        }
    }

    /// Commits what waits, and gives the file back.
    package func close() async {
        await writer.close()
        readers.close()
        lock.withLock { $0 = nil }
    }

    /// Looks at every page and every seal of the file, on a thread and a connection of its own.
    ///
    /// Takes seconds for each gigabyte, and gives way to everything else. A file that was small enough has been looked at
    /// when it was opened.
    package func requireSoundness() async throws(OpeningFailure) {
        let path = path
        let verdict = await withCheckedContinuation { continuation in
            let isStarted = StoreThread.start {
                StoreThread.giveWay()
                do throws(OpeningFailure) {
                    let damage = try Connection(reading: path).damage(in: path)
                    continuation.resume(returning: damage)
                } catch { continuation.resume(returning: error) }
            }
            if !isStarted { continuation.resume(returning: .failed(path: path.string, .noMemory)) }
        }
        if let verdict { throw verdict }
    }

    /// Commits that wait for the writer, for the metrics.
    package var waiting: Int { writer.waiting }

    private func ask<Answer: Sendable>(
        _ question: @Sendable (Connection) throws(SQLiteFailure) -> Answer
    ) throws(StoreFailure) -> Answer {
        do throws(SQLiteFailure) {
            return try readers.read(question)
        } catch {
            onFailure(error)
            throw StoreFailure(error)
        }
    }

    private func write(_ request: WriteRequest) async throws(StoreFailure) -> WriteOutcome {
        do throws(WriterFailure) {
            return try await writer.commit(request)
        } catch {
            if case .failed(let failure) = error { onFailure(failure) }
            throw StoreFailure(error)
        }
    }
}

// MARK: Changes

extension SQLiteStore {
    package func commit(_ changes: [Storage.Change]) async throws(StoreFailure) -> CommitResult {
        switch try await write(.commit(changes)) {
        case .committed(let result): return result
        case .swept: throw .unavailable
        }
    }

    package func sweep(at now: Timestamp, limit: Int) async throws(StoreFailure) -> Int {
        switch try await write(.sweep(at: now, limit: limit)) {
        case .swept(let count): return count
        case .committed: throw .unavailable
        }
    }
}

// MARK: Questions

extension SQLiteStore {
    package func code(_ fingerprint: Fingerprint) throws(StoreFailure) -> CodeRecord? {
        try ask { connection throws(SQLiteFailure) in try connection.code(fingerprint) }
    }

    package func refreshToken(_ fingerprint: Fingerprint) throws(StoreFailure) -> RefreshRecord? {
        try ask { connection throws(SQLiteFailure) in try connection.refreshToken(fingerprint) }
    }

    package func liveFamily(of intent: Identifier<Intent>) throws(StoreFailure) -> TokenFamily? {
        try ask { connection throws(SQLiteFailure) in try connection.liveFamily(of: intent) }
    }

    package func family(_ id: Identifier<TokenFamily>) throws(StoreFailure) -> TokenFamily? {
        try ask { connection throws(SQLiteFailure) in try connection.family(id) }
    }

    package func isRevoked(accessToken: Fingerprint) throws(StoreFailure) -> Bool {
        try ask { connection throws(SQLiteFailure) in try connection.isRevoked(accessToken: accessToken) }
    }

    package func standing(of intent: Identifier<Intent>, at now: Timestamp) throws(StoreFailure) -> Standing? {
        try ask { connection throws(SQLiteFailure) in try connection.standing(of: intent, at: now) }
    }

    package func session(_ fingerprint: Fingerprint) throws(StoreFailure) -> Session? {
        try ask { connection throws(SQLiteFailure) in try connection.session(fingerprint) }
    }

    package func interaction(_ id: Identifier<Interaction>) throws(StoreFailure) -> Interaction? {
        try ask { connection throws(SQLiteFailure) in try connection.interaction(id) }
    }

    package func pushedRequest(_ fingerprint: Fingerprint) throws(StoreFailure) -> PushedRequest? {
        try ask { connection throws(SQLiteFailure) in try connection.pushedRequest(fingerprint) }
    }

    package func polledRequest(_ fingerprint: Fingerprint) throws(StoreFailure) -> PolledRequest? {
        try ask { connection throws(SQLiteFailure) in try connection.polledRequest(fingerprint) }
    }

    package func polledRequest(userCode: Fingerprint) throws(StoreFailure) -> PolledRequest? {
        try ask { connection throws(SQLiteFailure) in try connection.polledRequest(userCode: userCode) }
    }

    package func summonses(
        of person: Identifier<OAuth.Person>,
        at now: Timestamp
    ) throws(StoreFailure) -> [PolledRequest] {
        try ask { connection throws(SQLiteFailure) in try connection.summonses(of: person, at: now) }
    }

    package func duePings(at now: Timestamp, limit: Int) throws(StoreFailure) -> [PolledRequest] {
        try ask { connection throws(SQLiteFailure) in try connection.duePings(at: now, limit: limit) }
    }

    package func abandonedInteractions(at now: Timestamp, limit: Int) throws(StoreFailure) -> [Interaction] {
        try ask { connection throws(SQLiteFailure) in
            try connection.abandonedInteractions(at: now, limit: limit)
        }
    }

    package func isAwaited(_ intent: Identifier<Intent>, at now: Timestamp) throws(StoreFailure) -> Bool {
        try ask { connection throws(SQLiteFailure) in try connection.isAwaited(intent, at: now) }
    }

    package func rememberedScope(in circumstances: Circumstances) throws(StoreFailure) -> Scope? {
        try ask { connection throws(SQLiteFailure) in try connection.rememberedScope(in: circumstances) }
    }

    package func throttle(_ subject: LoginThrottle.Subject) throws(StoreFailure) -> LoginThrottle? {
        try ask { connection throws(SQLiteFailure) in try connection.throttle(subject) }
    }

    package func consent(_ id: Identifier<Consent>) throws(StoreFailure) -> Consent? {
        try ask { connection throws(SQLiteFailure) in try connection.consent(id) }
    }

    package func consents(
        matching search: ConsentSearch,
        at now: Timestamp
    ) throws(StoreFailure) -> ConsentsFound {
        try ask { connection throws(SQLiteFailure) in try connection.consents(matching: search, at: now) }
    }

    package func idempotencyRecord(
        of thirdParty: Identifier<ThirdParty>,
        key: Fingerprint
    ) throws(StoreFailure) -> IdempotencyRecord? {
        try ask { connection throws(SQLiteFailure) in try connection.idempotencyRecord(of: thirdParty, key: key) }
    }

    package func ledger(after sequence: Int, limit: Int) throws(StoreFailure) -> [LedgerEntry] {
        try ask { connection throws(SQLiteFailure) in try connection.ledger(after: sequence, limit: limit) }
    }

    package func revisions(of id: Identifier<Consent>) throws(StoreFailure) -> [Revision] {
        try ask { connection throws(SQLiteFailure) in try connection.revisions(of: id) }
    }
}

extension SQLiteStore {
    package func clients(toldOf sid: WireText) throws(StoreFailure) -> [Identifier<Client>] {
        try ask { connection throws(SQLiteFailure) in try connection.clients(toldOf: sid) }
    }

    package func dueNotices(at now: Timestamp, limit: Int) throws(StoreFailure) -> [LogoutNotice] {
        try ask { connection throws(SQLiteFailure) in try connection.dueNotices(at: now, limit: limit) }
    }

    package func sessions(
        after fingerprint: Fingerprint?,
        at now: Timestamp,
        limit: Int
    ) throws(StoreFailure) -> [Session] {
        try ask { connection throws(SQLiteFailure) in
            try connection.sessions(after: fingerprint, at: now, limit: limit)
        }
    }
}

extension SQLiteStore {
    package func accessSession(_ id: Identifier<AccessSession>) throws(StoreFailure) -> AccessSession? {
        try ask { connection throws(SQLiteFailure) in try connection.accessSession(id) }
    }

    package func accessFlow(_ id: Identifier<AccessFlow>) throws(StoreFailure) -> AccessFlow? {
        try ask { connection throws(SQLiteFailure) in try connection.accessFlow(id) }
    }

    package func accessFlow(clientToken: Fingerprint) throws(StoreFailure) -> AccessFlow? {
        try ask { connection throws(SQLiteFailure) in try connection.accessFlow(clientToken: clientToken) }
    }

    package func hasAccessFlow(in session: Identifier<AccessSession>) throws(StoreFailure) -> Bool {
        try ask { connection throws(SQLiteFailure) in try connection.hasAccessFlow(in: session) }
    }

    package func tokenChain(of consent: Identifier<Consent>) throws(StoreFailure) -> ConsentTokenChain? {
        try ask { connection throws(SQLiteFailure) in try connection.tokenChain(of: consent) }
    }
}

extension SQLiteStore {
    package func endedPlaces(ofList list: Int, at now: Timestamp) throws(StoreFailure) -> [Int] {
        try ask { connection throws(SQLiteFailure) in try connection.endedPlaces(ofList: list, at: now) }
    }
}

extension SQLiteStore {
    package func registeredClients(
        after id: Identifier<Client>,
        limit: Int
    ) throws(StoreFailure) -> [RegisteredClient] {
        try ask { connection throws(SQLiteFailure) in try connection.registeredClients(after: id, limit: limit) }
    }

    package func registeredClient(_ id: Identifier<Client>) throws(StoreFailure) -> RegisteredClient? {
        try ask { connection throws(SQLiteFailure) in try connection.registeredClient(id) }
    }
}

// MARK: What the writer does

enum WriteRequest: Sendable {
    case commit([Storage.Change])
    case sweep(at: Timestamp, limit: Int)
}

enum WriteOutcome: Sendable {
    case committed(CommitResult)
    case swept(Int)
}

extension Connection {
    fileprivate func perform(_ request: WriteRequest) throws(SQLiteFailure) -> Verdict<WriteOutcome> {
        switch request {
        case .commit(let changes):
            for change in changes {
                guard try apply(change) else { return Self.verdict(onOvertaking: change) }
            }
            return .keep(.committed(.kept))
        case .sweep(let now, let limit):
            try Epoch.note(now, in: self)
            return .keep(.swept(try sweep(at: now, limit: limit)))
        }
    }

    /// RFC 9700 §4.14.2: who comes second with a code ends its family, even if the server dies right after.
    private static func verdict(onOvertaking change: Storage.Change) -> Verdict<WriteOutcome> {
        let outcome = WriteOutcome.committed(.overtaken(change))
        let remedy = change.refusal.remedy
        guard !remedy.isEmpty else { return .undo(outcome) }
        return .replace(outcome) { connection throws(SQLiteFailure) in
            for change in remedy { _ = try connection.apply(change) }
        }
    }

    private func apply(_ change: Storage.Change) throws(SQLiteFailure) -> Bool {
        switch change {
        case .oauth(let change): try apply(change)
        case .consent(let change): try apply(change)
        case .takeKey(let record, let now): try take(record, at: now)
        case .access(let change): try apply(change)
        case .registration(let change): try apply(change)
        case .logout(let change): try apply(change)
        }
    }
}

extension StoreFailure {
    init(_ failure: SQLiteFailure) {
        self =
            switch failure.kind {
            case .full: .full
            case .readOnly: .readOnly
            case .busy: .busy
            case .corrupt, .constraint: .corrupt(failure.description)
            case .io, .cannotOpen: .inputOutput
            case .memory, .other: .unavailable
            }
    }

    init(_ failure: WriterFailure) {
        self =
            switch failure {
            case .overloaded: .overloaded
            case .ended: .unavailable
            case .failed(let failure): StoreFailure(failure)
            }
    }
}

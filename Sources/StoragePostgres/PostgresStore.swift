import Consents
import Crypto
import OAuth
package import Storage
package import Text

/// The store on a server of PostgreSQL, which any number of nodes share.
package final class PostgresStore: Store {
    /// What was found when the database was opened.
    package let report: PostgresReport

    private let driver: Driver
    /// The standbys that may be asked in its place, where there are any.
    private let replicas: Replicas?
    private let witness: PostgresWitness
    /// How far this machine's clock may be from the server's, in seconds, where that is looked at.
    private let clockTolerance: Int64?
    private let onFailure: @Sendable (PostgresFailure) -> Void
    /// The request whose questions these are, where a standby may answer them.
    private let request: Reading?

    /// Connects, brings the schema up to date, and starts the thread that has the connections.
    ///
    /// - Parameters:
    ///   - standbys: Servers that follow this one, and answer what nothing is committed on.
    ///   - acceptsClock: Whether `now` is right even where the database has seen a later time.
    ///   - clockTolerance: How far this machine's clock may be from the server's, in seconds, before nothing is swept.
    ///   - onFailure: Hears what PostgreSQL said, for the log; callers hear a `StoreFailure`.
    ///   - onReplica: Hears what becomes of the standbys.
    package init(
        at address: PostgresAddress,
        standbys: [PostgresAddress] = [],
        now: Timestamp,
        acceptsClock: Bool = false,
        clockTolerance: Int64? = nil,
        onFailure: @escaping @Sendable (PostgresFailure) -> Void = { _ in },
        onReplica: @escaping @Sendable (ReplicaNews) -> Void = { _ in }
    ) async throws(PostgresOpeningFailure) {
        let witness = try PostgresWitness(address.witnessFile)
        let opening = await StoreThread.value { () -> Result<Opened, PostgresOpeningFailure> in
            do throws(PostgresOpeningFailure) {
                return .success(try Opened(address, standbys, witness, now: now, acceptsClock: acceptsClock))
            } catch { return .failure(error) }
        }
        guard let opening else { throw .failed(Self.withoutThread) }
        let opened = try opening.get()
        let driver = Driver(
            desk: { Desk(opened.wires) },
            connect: {
                let result = Wire.open(address, forPipeline: true, witness: witness)
                if case .failure(.setBack(let file)) = result, witness.isNews {
                    onFailure(PostgresOpeningFailure.setBack(witness: file).failure)
                }
                return result
            },
            onFailure: onFailure
        )
        guard let driver else { throw .failed(Self.withoutThread) }
        var replicas: [Replica] = []
        for (standby, found) in zip(standbys, opened.standbys) {
            guard let database = opened.database,
                let replica = Replica(standby, of: database, found, news: onReplica)
            else { throw .failed(Self.withoutThread) }
            replicas.append(replica)
        }
        report = opened.report
        self.driver = driver
        self.replicas = replicas.isEmpty ? nil : Replicas(driver, replicas)
        self.witness = witness
        self.clockTolerance = clockTolerance
        self.onFailure = onFailure
        request = nil
    }

    private static let withoutThread = PostgresFailure(message: "the system has no thread to give")

    private init(_ store: PostgresStore, _ reading: Reading) {
        report = store.report
        driver = store.driver
        replicas = store.replicas
        witness = store.witness
        clockTolerance = store.clockTolerance
        onFailure = store.onFailure
        request = reading
    }

    /// Nodes share it.
    package var isShared: Bool { true }

    /// A standby answers where there is one that has everything which was acknowledged before it was asked.
    package func reading() -> any AnswerReader { replicas == nil ? self : PostgresStore(self, Reading()) }

    /// How often standbys were asked, where there are any.
    package var replicaFigures: ReplicaFigures? { replicas?.figures }

    /// Finishes what waits, and ends the connections.
    package func close() async {
        await replicas?.close()
        await driver.close()
    }

    /// Lists that wait or are being made, for the metrics.
    package var waiting: Int { driver.waiting }

    package func commit(_ changes: [Storage.Change]) async throws(StoreFailure) -> CommitResult {
        guard !changes.isEmpty else { return .kept }
        switch await driver.commit(changes) {
        case .success(let result): return result
        case .failure(let failure): throw StoreFailure(failure)
        }
    }

    /// Runs a statement that nothing depends on, and waits until it is durable.
    func commit(_ statement: Statement) async throws(StoreFailure) -> CommitResult {
        switch await driver.commit(statement) {
        case .success(let result): return result
        case .failure(let failure): throw StoreFailure(failure)
        }
    }

    /// Notes that it is now, and never that it was later, and remembers that this was committed.
    ///
    /// A machine whose clock is wrong notes nothing: it would end what others have, and they would believe it.
    func note(_ now: Timestamp) async throws(StoreFailure) {
        if let clockTolerance {
            let ahead = try await first("SELECT $1 - extract(epoch FROM now())::bigint", now) {
                row throws(PostgresFailure) in try row.integer(0)
            }
            guard let ahead, abs(ahead) <= clockTolerance else {
                let message = "the clocks of this machine and of the server are \(ahead ?? 0) s apart"
                onFailure(PostgresFailure(message: message))
                throw .unavailable
            }
        }
        _ = try await commit(Statement("UPDATE epoch SET seen = greatest(seen, $1), round = round + 1", now))
        let rows = try await ask(PostgresEpoch.question)
        do throws(PostgresFailure) { witness.note(try PostgresEpoch(rows)) } catch { throw StoreFailure(error) }
    }

    /// The first row of an answer, or `nil` where there is none.
    func first<each Value: PostgresValue, Answer>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (Row) throws(PostgresFailure) -> Answer
    ) async throws(StoreFailure) -> Answer? {
        let rows = try await ask(Statement(sql, repeat each values))
        guard rows.count > 0 else { return nil }
        do throws(PostgresFailure) { return try read(rows[0]) } catch { throw StoreFailure(error) }
    }

    /// Every row of an answer.
    ///
    /// The statement must bound how many those are.
    func all<each Value: PostgresValue, Answer>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (Row) throws(PostgresFailure) -> Answer
    ) async throws(StoreFailure) -> [Answer] {
        let rows = try await ask(Statement(sql, repeat each values))
        var answers: [Answer] = []
        answers.reserveCapacity(rows.count)
        do throws(PostgresFailure) {
            for index in 0..<rows.count { answers.append(try read(rows[index])) }
        } catch { throw StoreFailure(error) }
        return answers
    }

    /// The same for statements that may take long, behind which no other question waits.
    func allSlowly<each Value: PostgresValue, Answer>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (Row) throws(PostgresFailure) -> Answer
    ) async throws(StoreFailure) -> [Answer] {
        let rows = try await ask(Statement(sql, repeat each values), isSlow: true)
        var answers: [Answer] = []
        do throws(PostgresFailure) {
            for index in 0..<rows.count { answers.append(try read(rows[index])) }
        } catch { throw StoreFailure(error) }
        return answers
    }

    /// Runs a statement that changes rows by itself, and says how many it changed.
    func run<each Value: PostgresValue>(
        _ sql: StaticString,
        _ values: repeat each Value
    ) async throws(StoreFailure) -> Int {
        try await ask(Statement(sql, repeat each values), isSlow: true).changed
    }

    private func ask(_ statement: Statement, isSlow: Bool = false) async throws(StoreFailure) -> Rows {
        let answer: Question.Answer
        if let request, let replicas {
            answer = await replicas.ask(statement, in: request)
        } else {
            answer = await driver.ask(statement, isSlow: isSlow)
        }
        switch answer {
        case .success(let rows): return rows
        case .failure(let failure): throw StoreFailure(failure)
        }
    }
}

/// Connections to a database that has been looked at, made on a thread that may wait.
private struct Opened: Sendable {
    let wires: [Wire]
    let report: PostgresReport
    /// Which database it is, where standbys must be of the same.
    let database: DatabaseIdentity?
    /// The first connection to each standby; one that is away may come back.
    let standbys: [Result<Wire, PostgresOpeningFailure>]

    init(
        _ address: PostgresAddress,
        _ standbys: [PostgresAddress],
        _ witness: PostgresWitness,
        now: Timestamp,
        acceptsClock: Bool
    ) throws(PostgresOpeningFailure) {
        let first = try Wire.open(address, forPipeline: false).get()
        var report = PostgresReport()
        report.migrations = try PostgresMigrations.apply(PostgresMigrations.all, on: first)
        try witness.require(try first.epoch())
        report.seen = try first.seen()
        if acceptsClock, report.seen > now {
            report.isClockAccepted = true
            try first.beginEpoch(at: now)
            report.seen = now
        }
        report.notices = try first.notices()
        let database = standbys.isEmpty ? nil : try first.identity()
        self.database = database
        self.standbys = try standbys.map { standby throws(PostgresOpeningFailure) in
            guard let database else { return .failure(.notBuilt) }
            let found = Wire.open(standby, asReplicaOf: database)
            if case .failure(.foreignReplica(let server)) = found { throw .foreignReplica(server: server) }
            return found
        }
        try first.prepareForWork()
        var wires = [first]
        while wires.count < address.connections {
            wires.append(try Wire.open(address, forPipeline: true, witness: witness).get())
        }
        self.wires = wires
        self.report = report
    }
}

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

    /// Connects, brings the schema up to date, and starts the thread that has the connections.
    ///
    /// - Parameters:
    ///   - acceptsClock: Whether `now` is right even where the database has seen a later time.
    ///   - onFailure: Hears what PostgreSQL said, for the log; callers hear a `StoreFailure`.
    package init(
        at address: PostgresAddress,
        now: Timestamp,
        acceptsClock: Bool = false,
        onFailure: @escaping @Sendable (PostgresFailure) -> Void = { _ in }
    ) async throws(PostgresOpeningFailure) {
        let opened = await StoreThread.value { () -> Result<Opened, PostgresOpeningFailure> in
            do throws(PostgresOpeningFailure) {
                return .success(try Opened(address, now: now, acceptsClock: acceptsClock))
            } catch { return .failure(error) }
        }
        guard let opened else { throw .failed(PostgresFailure(message: "the system has no thread to give")) }
        let (wires, report) = try opened.map { ($0.wires, $0.report) }.get()
        guard let driver = Driver(address, wires, onFailure: onFailure) else {
            throw .failed(PostgresFailure(message: "the system has no thread to give"))
        }
        self.report = report
        self.driver = driver
    }

    /// Nodes share it.
    package var isShared: Bool { true }

    /// Finishes what waits, and ends the connections.
    package func close() async { await driver.close() }

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

    /// Runs a statement that changes rows by itself, and says how many it changed.
    func run<each Value: PostgresValue>(
        _ sql: StaticString,
        _ values: repeat each Value
    ) async throws(StoreFailure) -> Int {
        try await ask(Statement(sql, repeat each values)).changed
    }

    private func ask(_ statement: Statement) async throws(StoreFailure) -> Rows {
        switch await driver.ask(statement) {
        case .success(let rows): return rows
        case .failure(let failure): throw StoreFailure(failure)
        }
    }
}

/// Connections to a database that has been looked at, made on a thread that may wait.
private struct Opened: Sendable {
    let wires: [Wire]
    let report: PostgresReport

    init(_ address: PostgresAddress, now: Timestamp, acceptsClock: Bool) throws(PostgresOpeningFailure) {
        let first = try Wire.open(address, forPipeline: false).get()
        var report = PostgresReport()
        report.migrations = try PostgresMigrations.apply(PostgresMigrations.all, on: first)
        report.seen = try first.seen()
        if acceptsClock, report.seen > now {
            report.isClockAccepted = true
            try first.beginEpoch(at: now)
            report.seen = now
        }
        report.notices = try first.notices()
        try first.prepareForWork()
        var wires = [first]
        while wires.count < address.connections { wires.append(try Wire.open(address, forPipeline: true).get()) }
        self.wires = wires
        self.report = report
    }
}

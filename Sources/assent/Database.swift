import AssentServer
import CLinux
import Net
import OAuth
import Storage
import StoragePostgres
import StorageSQLite
import Telemetry
import Text

/// Where everything is kept: in a file of this machine, or on a server that many nodes share.
enum Database: Sendable {
    case file(String)
    case server(DatabaseServer)

    /// What is named on a command line: a URI of PostgreSQL, or a file.
    init(_ text: String) {
        self = PostgresAddress.isAddress(WireText(text)) ? .server(DatabaseServer(uri: WireText(text))) : .file(text)
    }

    /// The file, where it is one.
    var file: String? {
        guard case .file(let path) = self else { return nil }
        return path
    }
}

extension Database {
    /// The file that holds the password, where there is one.
    var passwordFile: String? {
        guard case .server(let server) = self else { return nil }
        return server.passwordFile
    }
}

/// What the process was started with beside its words.
enum Environment {
    /// The value of a variable, where it is set.
    static func value(of name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}

/// A server of PostgreSQL, as a configuration names it.
struct DatabaseServer: Sendable {
    let uri: WireText
    var passwordFile: String?
    var connections = PostgresAddress.defaultConnections

    /// The address with its password, which is read anew each time.
    func address() throws(CommandFailure) -> PostgresAddress {
        let password = try password()
        do throws(PostgresOpeningFailure) {
            return try PostgresAddress(uri, password: password, connections: connections)
        } catch { throw CommandFailure("storing.database: \(error.sentence).", exit: .configuration) }
    }

    /// The first line of the file.
    private func password() throws(CommandFailure) -> WireText? {
        guard let passwordFile else { return nil }
        do throws(NetFailure) {
            let bytes = try File.read(passwordFile, limit: Limits.passwordBytes)
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            return WireText(Array(line))
        } catch { throw CommandFailure("storing.databasePasswordFile: \(error)", exit: .configuration) }
    }
}

/// A store that a server has open.
protocol RunningStore: Store {
    /// Commits that wait, for the metrics.
    var waiting: Int { get }

    /// Commits what waits, and gives back what was taken.
    func close() async
}

extension SQLiteStore: RunningStore {}
extension PostgresStore: RunningStore {}

/// A store that was opened, and what was found then.
struct OpenedStore: Sendable {
    let store: any RunningStore
    /// The latest time that the database has seen.
    let seen: Timestamp
    /// The store where it is a file that is still to be looked at whole.
    let unchecked: SQLiteStore?

    /// Opens what a configuration names, and tells the log what was found.
    init(
        _ database: Database,
        _ clock: Clock,
        _ log: Log,
        acceptsClock: Bool,
        readers: Int
    ) async throws(CommandFailure) {
        switch database {
        case .file(let path):
            let store: SQLiteStore
            do throws(OpeningFailure) {
                store = try SQLiteStore(at: path, now: clock.now, acceptsClock: acceptsClock, readers: readers) {
                    failure in log.error("store.failed", ["reason": .text(WireText("\(failure)"))])
                }
            } catch { throw CommandFailure("\(error.sentence).", exit: .unavailable) }
            Self.report(store.report, to: log)
            self.store = store
            seen = store.report.seen
            unchecked = store.report.isSoundnessOwed ? store : nil
        case .server(let server):
            let address = try server.address()
            let store: PostgresStore
            do throws(PostgresOpeningFailure) {
                store = try await PostgresStore(at: address, now: clock.now, acceptsClock: acceptsClock) { failure in
                    log.error("store.failed", ["reason": .text(WireText("\(failure)"))])
                }
            } catch { throw CommandFailure("storing.database: \(error.sentence).", exit: .unavailable) }
            Self.report(store.report, to: log)
            self.store = store
            seen = store.report.seen
            unchecked = nil
        }
    }

    private static func report(_ report: OpeningReport, to log: Log) {
        for notice in report.notices { log.warning("store.notice", ["text": .text(WireText(notice))]) }
        if report.isRestored {
            // What persons decided since is lost, so somebody has to know how much that is.
            let lost = report.lostTransactions.map { LogValue.integer($0) } ?? .text("unknown")
            log.error("store.restored", ["lost_transactions": lost])
        }
        if report.isClockAccepted { log.warning("store.clock-accepted") }
    }

    private static func report(_ report: PostgresReport, to log: Log) {
        for notice in report.notices { log.warning("store.notice", ["text": .text(WireText(notice))]) }
        for migration in report.migrations { log.info("store.migrated", ["to": .text(WireText(migration))]) }
        if report.isClockAccepted { log.warning("store.clock-accepted") }
    }
}

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
    /// Standbys that are asked in its place.
    var replicas: [WireText] = []
    /// Where this node remembers how far the database had come.
    var witnessFile: String?

    /// The address with its password, which is read anew for each connection.
    func address() throws(CommandFailure) -> PostgresAddress {
        try address(of: uri, as: "storing.database", witnessFile: witnessFile)
    }

    /// Whether each server is known by its certificate, or nobody can be on the way to it.
    var isKnown: Bool {
        get throws(CommandFailure) {
            guard try address().isKnown else { return false }
            return try replicaAddresses().allSatisfy(\.isKnown)
        }
    }

    /// The addresses of the standbys.
    func replicaAddresses() throws(CommandFailure) -> [PostgresAddress] {
        var addresses: [PostgresAddress] = []
        for replica in replicas { addresses.append(try address(of: replica, as: "storing.databaseReplicas")) }
        return addresses
    }

    private func address(
        of uri: WireText,
        as setting: String,
        witnessFile: String? = nil
    ) throws(CommandFailure) -> PostgresAddress {
        let password = try password()
        do throws(PostgresOpeningFailure) {
            return try PostgresAddress(
                uri,
                password: password,
                passwordNow: { try? self.password() },
                connections: connections,
                witnessFile: witnessFile
            )
        } catch { throw CommandFailure("\(setting): \(error.sentence).", exit: .configuration) }
    }

    /// The first line of the file.
    private func password() throws(CommandFailure) -> WireText? {
        guard let passwordFile else { return nil }
        let bytes: [UInt8]
        do throws(NetFailure) { bytes = try File.read(passwordFile, limit: Limits.passwordBytes) } catch {
            throw CommandFailure("storing.databasePasswordFile: \(error)", exit: .configuration)
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let text = WireText(Array(line)) else {
            throw CommandFailure(
                "storing.databasePasswordFile: the first line of \(passwordFile) is not UTF-8.",
                exit: .configuration
            )
        }
        return text
    }
}

/// A store that a server has open.
protocol RunningStore: Store {
    /// Commits that wait, for the metrics.
    var waiting: Int { get }

    /// How often standbys were asked in the place of the database, where there are any.
    var replicaFigures: ReplicaFigures? { get }

    /// Commits what waits, and gives back what was taken.
    func close() async
}

extension SQLiteStore: RunningStore {
    var replicaFigures: ReplicaFigures? { nil }
}
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
            let (address, standbys) = (try server.address(), try server.replicaAddresses())
            let store: PostgresStore
            do throws(PostgresOpeningFailure) {
                store = try await PostgresStore(
                    at: address,
                    standbys: standbys,
                    now: clock.now,
                    acceptsClock: acceptsClock,
                    clockTolerance: Limits.clockSetBackSeconds,
                    onFailure: { failure in
                        log.error("store.failed", ["reason": .text(WireText("\(failure)"))])
                    },
                    onReplica: { news in Self.report(news, to: log) }
                )
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

    private static func report(_ news: ReplicaNews, to log: Log) {
        switch news {
        case .answers(let name): log.info("store.replica-answers", ["server": .text(WireText(name))])
        case .isLeftOut(let name, let failure):
            log.warning(
                "store.replica-left-out",
                ["server": .text(WireText(name)), "reason": .text(WireText(failure.message))]
            )
        }
    }

    private static func report(_ report: PostgresReport, to log: Log) {
        for notice in report.notices { log.warning("store.notice", ["text": .text(WireText(notice))]) }
        for migration in report.migrations { log.info("store.migrated", ["to": .text(WireText(migration))]) }
        if report.isClockAccepted { log.warning("store.clock-accepted") }
    }
}

#if PostgreSQL
    internal import CPostgres
#endif

/// One connection of libpq, and the only place where libpq is called.
///
/// Unchecked, because the compiler cannot see that it is used by the thread that makes it and then by the one that is
/// given it, and never by two.
@safe
final class Wire: @unchecked Sendable {
    /// What comes next on a connection.
    enum Event: Sendable {
        case rows(Rows)
        case failed(PostgresFailure)
        /// A statement before it in the same stretch failed.
        case skipped
        /// Everything up to here is over.
        case synchronized
        /// Nothing yet.
        case pending
    }

    /// Whether this program was built with libpq.
    static var isBuilt: Bool {
        #if PostgreSQL
            true
        #else
            false
        #endif
    }

    #if PostgreSQL
        private let handle: OpaquePointer
        /// Counts the warnings of the server, written by libpq's hook.
        private let warnings: UnsafeMutablePointer<Int32>

        private init(owning handle: OpaquePointer) {
            unsafe self.handle = handle
            unsafe warnings = .allocate(capacity: 1)
            unsafe warnings.initialize(to: 0)
            unsafe PQsetNoticeReceiver(
                handle,
                { counter, _ in unsafe counter?.assumingMemoryBound(to: Int32.self).pointee += 1 },
                warnings
            )
        }

        deinit {
            unsafe PQfinish(handle)
            unsafe warnings.deallocate()
        }
    #else
        private init() {}
    #endif
}

#if PostgreSQL

    // MARK: While one waits

    extension Wire {
        /// Connects, and waits for it.
        ///
        /// Hosts are tried in turn, each for as long as `connect_timeout` says.
        ///
        /// - Parameter takesChanges: Whether a server that takes none is passed by.
        static func connect(
            to address: PostgresAddress,
            takesChanges: Bool = true
        ) -> Result<Wire, PostgresFailure> {
            // What stands before the URI is what it may change; what stands behind it holds in any case.
            var options = [
                ("connect_timeout", "2"), ("fallback_application_name", "assent"),
                // A host that is gone without a word is noticed.
                ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
                ("tcp_user_timeout", "6000"), ("dbname", address.uri), ("client_encoding", "UTF8"),
                ("target_session_attrs", takesChanges ? "read-write" : "any"),
            ]
            if let password = address.currentPassword { options.append(("password", password)) }
            let names = options.map { Array($0.0.utf8CString) }
            let values = options.map { Array($0.1.utf8CString) }
            guard
                let handle = unsafe pointers(
                    to: names,
                    { names in
                        unsafe pointers(to: values) { values in unsafe PQconnectdbParams(names, values, 1) }
                    }
                )
            else { return .failure(PostgresFailure(message: "no memory for a connection")) }
            let wire = unsafe Wire(owning: handle)
            guard unsafe PQstatus(handle) == CONNECTION_OK else { return .failure(wire.failure) }
            return .success(wire)
        }

        /// Runs the statements of a migration, or what sets a connection up.
        func runScript(_ script: StaticString) throws(PostgresFailure) {
            let start = unsafe UnsafeRawPointer(script.utf8Start).assumingMemoryBound(to: CChar.self)
            _ = try unsafe take(PQexec(handle, start)).get()
        }

        /// Runs a statement that is needed once.
        func run(_ statement: Statement) throws(PostgresFailure) -> Rows {
            let result = unsafe withValues(of: statement) { values, lengths, formats in
                unsafe PQexecParams(
                    handle,
                    UnsafeRawPointer(statement.sql.utf8Start).assumingMemoryBound(to: CChar.self),
                    Int32(statement.types.count),
                    statement.types,
                    values,
                    lengths,
                    formats,
                    1
                )
            }
            return try unsafe take(result).get()
        }

        /// Commits, and does not wait for ever for a standby that is not there.
        ///
        /// No timeout of the server's ends that wait, and a request to cancel does: then the server commits and warns.
        func commitPatiently() throws(PostgresFailure) {
            let before = warningCount
            let cancellation = Cancellation(of: self)
            let end = Signal()
            _ = StoreThread.start { if !end.isGiven(within: Self.patience) { cancellation.request() } }
            defer { end.give() }
            try runScript("COMMIT")
            guard warningCount == before else { throw .notReplicated }
        }

        private static let patience: Int32 = 10_000

        private static func pointers<Answer>(
            to texts: [[CChar]],
            _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Answer
        ) -> Answer {
            var all: [UnsafePointer<CChar>?] = unsafe []
            func go(_ rest: ArraySlice<[CChar]>) -> Answer {
                guard let first = rest.first else {
                    unsafe all.append(nil)
                    return unsafe body(all)
                }
                return unsafe first.withUnsafeBufferPointer { buffer in
                    unsafe all.append(buffer.baseAddress)
                    return go(rest.dropFirst())
                }
            }
            return go(texts[...])
        }
    }

    /// What it takes to have the server give up what a connection waits for, even where the connection is gone.
    ///
    /// Unchecked, because libpq lets any thread ask, and it is only read.
    @safe
    final class Cancellation: @unchecked Sendable {
        private let handle: OpaquePointer?

        init(of wire: Wire) {
            unsafe handle = wire.cancelHandle
        }

        deinit { unsafe PQfreeCancel(handle) }

        /// Asks, and waits until the server has heard.
        func request() {
            var problem = [CChar](repeating: 0, count: 256)
            _ = unsafe PQcancel(handle, &problem, 256)
        }
    }

    // MARK: While nobody waits

    extension Wire {
        fileprivate var cancelHandle: OpaquePointer? { unsafe PQgetCancel(handle) }

        /// The release of libpq that was found.
        static var libraryVersion: String? {
            let number = PQlibVersion()
            return "\(number / 10_000).\(number % 10_000)"
        }

        /// From here on nothing waits: many statements are on their way at once.
        func beginPipeline() throws(PostgresFailure) {
            guard unsafe PQsetnonblocking(handle, 1) == 0, unsafe PQenterPipelineMode(handle) == 1 else {
                throw failure
            }
        }

        var descriptor: Int32 { unsafe PQsocket(handle) }

        /// Which of several servers it is.
        var server: String {
            guard let host = unsafe PQhost(handle), let port = unsafe PQport(handle) else { return "" }
            return unsafe "\(String(cString: host)):\(String(cString: port))"
        }

        /// How often the server has warned of something.
        ///
        /// A commit that no standby has is acknowledged with a warning.
        var warningCount: Int32 { unsafe warnings.pointee }

        /// Has a statement prepared under a number.
        func prepare(_ statement: Statement, as number: Int) -> Bool {
            unsafe PQsendPrepare(
                handle,
                "s\(number)",
                UnsafeRawPointer(statement.sql.utf8Start).assumingMemoryBound(to: CChar.self),
                Int32(statement.types.count),
                statement.types
            ) == 1
        }

        /// Sends a statement that was prepared under a number.
        func send(_ statement: Statement, as number: Int) -> Bool {
            unsafe withValues(of: statement) { values, lengths, formats in
                unsafe PQsendQueryPrepared(
                    handle,
                    "s\(number)",
                    Int32(statement.types.count),
                    values,
                    lengths,
                    formats,
                    1
                ) == 1
            }
        }

        /// Ends a stretch: what fails in it leaves what comes after it alone.
        func synchronize() -> Bool { unsafe PQpipelineSync(handle) == 1 }

        /// Sends what waits.
        ///
        /// - Returns: Whether more waits for the socket; `nil` where the connection is gone.
        func flush() -> Bool? {
            switch unsafe PQflush(handle) {
            case 0: false
            case 1: true
            default: nil
            }
        }

        /// Whether the connection is gone.
        var isLost: Bool { unsafe PQstatus(handle) == CONNECTION_BAD }

        /// Takes in what has come; `false` where the connection is gone.
        func consume() -> Bool {
            guard unsafe PQconsumeInput(handle) == 1 else { return false }
            // OpenSSL may hold the rest of a record, of which the socket knows nothing any more.
            guard unsafe PQsslInUse(handle) == 1 else { return true }
            return unsafe PQconsumeInput(handle) == 1
        }

        /// What has come next.
        func next() -> Event {
            // Behind each result stands a mark that there is no further one.
            for _ in 0..<3 {
                guard unsafe PQisBusy(handle) == 0 else { return .pending }
                guard let result = unsafe PQgetResult(handle) else { continue }
                return unsafe event(result)
            }
            return .pending
        }

        /// What libpq says of the connection itself.
        var failure: PostgresFailure {
            let text = unsafe String(cString: PQerrorMessage(handle))
            return .disconnected(String(text.split(separator: "\n").first ?? "the connection ended"))
        }

        private func event(_ result: OpaquePointer) -> Event {
            switch unsafe PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                unsafe PQclear(result)
                return .synchronized
            case PGRES_PIPELINE_ABORTED:
                unsafe PQclear(result)
                return .skipped
            default:
                switch unsafe take(result) {
                case .success(let rows): return .rows(rows)
                case .failure(let failure): return .failed(failure)
                }
            }
        }

        private func take(_ result: OpaquePointer?) -> Result<Rows, PostgresFailure> {
            guard let result = unsafe result else { return .failure(failure) }
            defer { unsafe PQclear(result) }
            switch unsafe PQresultStatus(result) {
            case PGRES_COMMAND_OK:
                var rows = Rows()
                rows.tag = unsafe String(cString: PQcmdStatus(result))
                rows.changed = unsafe Int(String(cString: PQcmdTuples(result))) ?? 0
                return .success(rows)
            case PGRES_TUPLES_OK: return .success(unsafe rows(of: result))
            default:
                return .failure(
                    PostgresFailure(
                        state: unsafe field(UInt8(ascii: "C"), of: result) ?? "",
                        message: unsafe field(UInt8(ascii: "M"), of: result) ?? failure.message
                    )
                )
            }
        }

        /// A field of an error, by the letter of the protocol: `PG_DIAG_SQLSTATE`, `PG_DIAG_MESSAGE_PRIMARY`.
        private func field(_ letter: UInt8, of result: OpaquePointer) -> String? {
            guard let text = unsafe PQresultErrorField(result, Int32(letter)) else { return nil }
            return unsafe String(cString: text)
        }

        /// A copy, so that nothing of libpq leaves this thread.
        private func rows(of result: OpaquePointer) -> Rows {
            let columns = unsafe PQnfields(result)
            var rows = Rows()
            for column in 0..<columns { rows.types.append(unsafe PQftype(result, column)) }
            for row in 0..<(unsafe PQntuples(result)) {
                for column in 0..<columns {
                    rows.starts.append(rows.bytes.count)
                    guard unsafe PQgetisnull(result, row, column) == 0 else {
                        rows.ends.append(-1)
                        continue
                    }
                    let length = Int(unsafe PQgetlength(result, row, column))
                    if let value = unsafe PQgetvalue(result, row, column) {
                        unsafe rows.bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: length))
                    }
                    rows.ends.append(rows.bytes.count)
                }
            }
            return rows
        }

        private func withValues<Answer>(
            of statement: Statement,
            _ body: (
                UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>
            ) -> Answer
        ) -> Answer {
            // A byte more, so that an empty value has an address and is not taken for NULL.
            let bytes = statement.parameters.bytes + [0]
            let lengths = statement.parameters.lengths
            let formats = [Int32](repeating: 1, count: lengths.count)
            return unsafe bytes.withUnsafeBytes { buffer in
                var values: [UnsafePointer<CChar>?] = unsafe []
                var start = 0
                for length in lengths {
                    let value = unsafe buffer.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self)
                    unsafe values.append(length < 0 ? nil : value)
                    start += Int(max(0, length))
                }
                return unsafe body(values, lengths, formats)
            }
        }
    }

#else

    final class Cancellation: Sendable {
        init(of wire: Wire) {}
        func request() {}
    }

    extension Wire {
        static var libraryVersion: String? { nil }
        func commitPatiently() throws(PostgresFailure) { throw failure }
        static func connect(
            to address: PostgresAddress,
            takesChanges: Bool = true
        ) -> Result<Wire, PostgresFailure> {
            .failure(PostgresFailure(message: PostgresOpeningFailure.notBuilt.sentence))
        }

        func runScript(_ script: StaticString) throws(PostgresFailure) { throw failure }
        func run(_ statement: Statement) throws(PostgresFailure) -> Rows { throw failure }
        func beginPipeline() throws(PostgresFailure) { throw failure }
        var descriptor: Int32 { -1 }
        var server: String { "" }
        var warningCount: Int32 { 0 }
        var isLost: Bool { true }
        func prepare(_ statement: Statement, as number: Int) -> Bool { false }
        func send(_ statement: Statement, as number: Int) -> Bool { false }
        func synchronize() -> Bool { false }
        func flush() -> Bool? { nil }
        func consume() -> Bool { false }
        func next() -> Event { .pending }
        var failure: PostgresFailure { PostgresFailure(message: PostgresOpeningFailure.notBuilt.sentence) }
    }

#endif

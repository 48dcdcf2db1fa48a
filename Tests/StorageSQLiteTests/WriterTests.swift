import Foundation
import StorageSQLite
import Synchronization
import Testing
import Text

/// The writer alone, on a table of its own.
@Suite
struct WriterTests {
    typealias NumberWriter = Writer<Task, String>

    /// What a request of these tests may do.
    enum Task: Sendable {
        case add(Int)
        case addAndUndo(Int)
        case addAndFail(Int)
        /// Holds the writer until the gate opens.
        case wait(Gate)
        /// Fills the database, as far as it is allowed to grow.
        case fill
        case limitPages
    }

    @Test
    func `what is committed is there for the next question`() async throws {
        try await with { path, writer throws in
            let readers = try ReaderPool(path, places: 2)
            for number in 0..<100 {
                #expect(try await writer.commit(.add(number)) == "added")
                #expect(try numbers(readers).last == number)
            }
        }
    }

    @Test
    func `in a group one is undone, one fails, and the others stay`() async throws {
        try await with { path, writer throws in
            let gate = Gate()
            async let blocked = writer.commit(.wait(gate))
            await gate.untilEntered()
            async let first = writer.commit(.add(1))
            await writer.until(waiting: 1)
            async let undone = writer.commit(.addAndUndo(2))
            await writer.until(waiting: 2)
            async let failed = writer.failure(of: .addAndFail(3))
            await writer.until(waiting: 3)
            async let last = writer.commit(.add(4))
            await writer.until(waiting: 4)
            gate.open()

            #expect(try await blocked == "waited")
            #expect(try await first == "added")
            #expect(try await undone == "undone")
            #expect(await failed == .constraint)
            #expect(try await last == "added")
            #expect(try numbers(ReaderPool(path, places: 1)) == [1, 4])
        }
    }

    @Test
    func `a full queue refuses, and takes again what comes later`() async throws {
        try await with(queueLimit: 2) { _, writer throws in
            let gate = Gate()
            async let blocked = writer.commit(.wait(gate))
            await gate.untilEntered()
            async let first = writer.commit(.add(1))
            async let second = writer.commit(.add(2))
            await writer.until(waiting: 2)
            await #expect(throws: WriterFailure.overloaded) { try await writer.commit(.add(3)) }
            gate.open()
            _ = try await (blocked, first, second)
            #expect(try await writer.commit(.add(4)) == "added")
        }
    }

    @Test
    func `closing commits what waits, and refuses what comes after`() async throws {
        try await withDirectory { file throws in
            let path = try DatabasePath(file)
            let writer = try start(path)
            let gate = Gate()
            async let blocked = writer.commit(.wait(gate))
            await gate.untilEntered()
            async let waiting = writer.commit(.add(1))
            await writer.until(waiting: 1)
            async let closed: Void = writer.close()
            async let closedTwice: Void = writer.close()
            gate.open()
            await closed
            await closedTwice
            await writer.close()
            #expect(try await blocked == "waited")
            #expect(try await waiting == "added")
            await #expect(throws: WriterFailure.ended) { try await writer.commit(.add(2)) }
            // All is in the file, and none of it in the log.
            #expect((try? Data(contentsOf: URL(fileURLWithPath: file + "-wal")))?.isEmpty ?? true)
            #expect(try numbers(ReaderPool(path, places: 1)) == [1])
        }
    }

    @Test
    func `ST-20 a full disk fails the whole group, and is recovered from without a restart`() async throws {
        try await with { path, writer throws in
            #expect(try await writer.commit(.add(0)) == "added")
            let gate = Gate()
            async let blocked = writer.commit(.wait(gate))
            await gate.untilEntered()
            async let limited = writer.failure(of: .limitPages)
            await writer.until(waiting: 1)
            async let first = writer.failure(of: .add(1))
            await writer.until(waiting: 2)
            async let filled = writer.failure(of: .fill)
            await writer.until(waiting: 3)
            gate.open()
            #expect(try await blocked == "waited")
            // A full disk ends the transaction, and with it what others in it had changed.
            #expect(await [limited, first, filled] == [.full, .full, .full])
            #expect(try numbers(ReaderPool(path, places: 1)) == [0])
            #expect(try await writer.commit(.fill) == "filled")
            #expect(try await writer.commit(.add(2)) == "added")
            #expect(try numbers(ReaderPool(path, places: 1)) == [0, 2])
        }
    }

    @Test
    func `ST-21 a database that was removed takes no more commits`() async throws {
        try await with { path, writer throws in
            #expect(try await writer.commit(.add(1)) == "added")
            try FileManager.default.removeItem(atPath: path.string)
            #expect(await writer.failure(of: .add(2)) == .cannotOpen)
            // Not even where another file has its name.
            try Data().write(to: URL(fileURLWithPath: path.string))
            #expect(await writer.failure(of: .add(3)) == .cannotOpen)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path.string)).isEmpty)
            #expect(throws: SQLiteFailure.self) { try numbers(ReaderPool(path, places: 1)) }
        }
    }

    @Test
    func `ST-22 a lock of somebody else is waited for`() async throws {
        try await with { path, writer throws in
            let other = try Connection(path.string, as: .writer)
            try other.execute("BEGIN IMMEDIATE")
            async let added = writer.commit(.add(1))
            try await _Concurrency.Task.sleep(for: .seconds(1))
            try other.execute("COMMIT")
            #expect(try await added == "added")
        }
    }

    @Test
    func `ST-22 a lock that stays is told as busy, and nothing is lost but the one commit`() async throws {
        try await with { path, writer throws in
            #expect(try await writer.commit(.add(1)) == "added")
            let other = try Connection(path.string, as: .writer)
            try other.execute("BEGIN IMMEDIATE")
            #expect(await writer.failure(of: .add(2)) == .busy)
            // Readers are not in the way of a writer, nor he in theirs.
            #expect(try numbers(ReaderPool(path, places: 1)) == [1])
            try other.execute("ROLLBACK")
            #expect(try await writer.commit(.add(3)) == "added")
            #expect(try numbers(ReaderPool(path, places: 1)) == [1, 3])
        }
    }

    @Test
    func `ST-22 a hundred at once lose nothing`() async throws {
        try await with { path, writer throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for runner in 0..<100 {
                    group.addTask { () async throws in
                        for step in 0..<20 {
                            #expect(try await writer.commit(.add(runner * 20 + step)) == "added")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try numbers(ReaderPool(path, places: 1)) == Array(0..<2_000))
        }
    }

    @Test
    func `ST-20 the log does not grow for ever`() async throws {
        try await with { path, writer throws in
            var largest = 0
            for number in 0..<200 {
                _ = try await writer.commit(.fill)
                _ = try await writer.commit(.add(number))
                let size = try FileManager.default.attributesOfItem(atPath: path.string + "-wal")[.size] as? Int
                largest = max(largest, size ?? 0)
            }
            // Every `fill` writes a hundred pages: without checkpoints the log would have 80 MB.
            #expect(largest > 400_000)
            #expect(largest < (Limits.checkpointFrames + 400) * 4_200)
        }
    }
}

// MARK: Its table and its requests

extension WriterTests {
    private func with(
        queueLimit: Int = Limits.writerQueue,
        _ body: (DatabasePath, NumberWriter) async throws -> Void
    ) async throws {
        try await withDirectory { file throws in
            let path = try DatabasePath(file)
            let writer = try start(path, queueLimit: queueLimit)
            do { try await body(path, writer) } catch {
                await writer.close()
                throw error
            }
            await writer.close()
        }
    }

    private func start(_ path: DatabasePath, queueLimit: Int = Limits.writerQueue) throws -> NumberWriter {
        try Data().write(to: URL(fileURLWithPath: path.string))
        let maker = try Connection(path.string, as: .writer)
        try maker.runScript("CREATE TABLE number (value INTEGER PRIMARY KEY) STRICT; CREATE TABLE filling (bytes BLOB)")
        return try NumberWriter(path, queueLimit: queueLimit) { connection, task throws(SQLiteFailure) in
            try connection.perform(task)
        }
    }

    private func numbers(_ readers: ReaderPool) throws -> [Int] {
        try readers.read { connection throws(SQLiteFailure) in
            try connection.all("SELECT value FROM number ORDER BY value") { row throws(SQLiteFailure) in
                try row.count(0)
            }
        }
    }
}

extension Connection {
    fileprivate func perform(_ task: WriterTests.Task) throws(SQLiteFailure) -> Verdict<String> {
        switch task {
        case .add(let number):
            return try add(number) ? .keep("added") : .undo("there already")
        case .addAndUndo(let number):
            _ = try add(number)
            return .undo("undone")
        case .addAndFail(let number):
            _ = try add(number)
            _ = try run("INSERT INTO number (value) VALUES (?1)", number)
            return .keep("not reached")
        case .wait(let gate):
            gate.wait()
            return .undo("waited")
        case .fill:
            _ = try run("DELETE FROM filling")
            _ = try run("INSERT INTO filling (bytes) VALUES (zeroblob(409600))")
            return .keep("filled")
        case .limitPages:
            try execute("PRAGMA max_page_count = 20")
            return .undo("limited")
        }
    }

    private func add(_ number: Int) throws(SQLiteFailure) -> Bool {
        try run("INSERT INTO number (value) VALUES (?1) ON CONFLICT DO NOTHING", number) == 1
    }
}

/// Stops a thread until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let isEntered = Atomic(false)

    func wait() {
        isEntered.store(true, ordering: .releasing)
        semaphore.wait()
        // A group whose changes cannot all stay is done once more.
        semaphore.signal()
    }

    func open() { semaphore.signal() }

    func untilEntered() async {
        while !isEntered.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(5)) }
    }
}

extension Writer {
    /// Waits until so many are queued behind the one at work.
    fileprivate func until(waiting count: Int) async {
        while waiting != count { try? await Task.sleep(for: .milliseconds(5)) }
    }

    /// How SQLite refused a request, or `nil` where it was committed.
    fileprivate func failure(of request: Request) async -> SQLiteFailure.Kind? {
        do throws(WriterFailure) { _ = try await commit(request) } catch {
            guard case .failed(let failure) = error else {
                Issue.record("\(error)")
                return nil
            }
            return failure.kind
        }
        return nil
    }
}

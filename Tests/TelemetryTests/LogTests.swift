import Foundation
import Synchronization
import Telemetry
import Testing
import Text

struct LogTests {
    @Test func `lines arrive whole and in order, from many threads at once`() async throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor, limit: nil)
        let reader = Reader(of: pipe)
        await withTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<500 {
                        log.info("event", ["writer": .integer(Int64(writer)), "number": .integer(Int64(number))])
                    }
                }
            }
        }
        log.flush(milliseconds: 5_000)
        try pipe.fileHandleForWriting.close()

        var next = [0, 0, 0, 0]
        for line in reader.all().split(separator: UInt8(ascii: "\n")) {
            let object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
            let writer = try #require(object["writer"] as? Int)
            #expect(object["number"] as? Int == next[writer])
            next[writer] += 1
        }
        #expect(next == [500, 500, 500, 500])
        #expect(log.droppedLines == 0)
    }

    @Test func `nobody waits for a reader that is stuck, and the loss is counted and told`() throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor, limit: nil)
        let long = WireText(String(repeating: "x", count: 256))
        let start = ContinuousClock.now
        for _ in 0..<20_000 { log.info("event", ["value": .text(long)]) }
        // A write to the full pipe would have waited for ever.
        #expect(ContinuousClock.now - start < .seconds(20))
        let dropped = log.droppedLines
        #expect(dropped > 1_000)

        let reader = Reader(of: pipe)
        log.flush(milliseconds: 5_000)
        try pipe.fileHandleForWriting.close()
        let lines = reader.all().split(separator: UInt8(ascii: "\n"))
        let told = try lines.compactMap { line in
            let object = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
            return object["event"] as? String == "log.dropped" ? object["lines"] as? Int : nil
        }
        #expect(told.reduce(0, +) == Int(dropped))
        #expect(lines.count - told.count == 20_000 - Int(dropped))
    }

    @Test func `RE-10 of an event that floods so many lines are written, and the others are counted and told`() throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor, limit: RateLimit(perSecond: 1, burst: 10))
        for _ in 0..<100_000 { log.info("flood") }
        log.warning("once")
        log.flush(milliseconds: 5_000)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        let flood = lines.filter { $0.contains(#""event":"flood""#) }
        // As long as the loop took, one more a second.
        #expect((10...20).contains(flood.count))
        #expect(lines.count { $0.contains(#""event":"once""#) } == 1)
        #expect(log.suppressedLines == UInt64(100_000 - flood.count))
        let told = try lines.map { line in
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return object["suppressed"] as? Int ?? (object["of"] as? String == "flood" ? object["lines"] as? Int : nil)
                ?? 0
        }
        #expect(told.reduce(0, +) == 100_000 - flood.count)
        #expect(log.droppedLines == 0)
    }

    @Test func `RE-10 warnings are still taken where what only informs is dropped`() throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor, limit: nil)
        let long = WireText(String(repeating: "x", count: 256))
        while log.droppedLines == 0 { log.info("event", ["value": .text(long)]) }
        let dropped = log.droppedLines
        for _ in 0..<100 {
            log.warning("warned")
            log.error("failed")
        }
        #expect(log.droppedLines == dropped)
        let reader = Reader(of: pipe)
        log.flush(milliseconds: 5_000)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: reader.all(), as: UTF8.self)
        #expect(text.split(separator: "\n").count { $0.contains("warned") || $0.contains("failed") } == 200)
    }

    @Test func `RE-10 a log that could not be written for a while goes on, and says what was lost`() throws {
        let full = open("/dev/full", O_WRONLY)
        let log = Log(to: full)
        for number in 1...50 {
            log.info("lost")
            while log.droppedLines < number { usleep(1_000) }
        }
        let pipe = Pipe()
        #expect(dup2(pipe.fileHandleForWriting.fileDescriptor, full) == full)
        log.info("kept")
        log.flush(milliseconds: 5_000)
        close(full)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(text.contains(#""event":"kept""#))
        #expect(text.contains(#""event":"log.dropped""#))
    }

    @Test func `a log whose reader has gone harms nobody`() throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForReading.close()
        for _ in 0..<100 { log.info("event") }
        log.flush(milliseconds: 5_000)
        #expect(log.droppedLines > 0)
    }

    @Test func `events below the level are left out, and their fields are never made`() throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor, level: .warning)
        var made = 0
        func fields() -> LogFields {
            made += 1
            return [:]
        }
        log.debug("a", fields())
        log.info("b", fields())
        log.warning("c", fields())
        log.error("d", fields())
        log.level = .debug
        log.debug("e", fields())
        log.level = .off
        log.error("f", fields())
        log.flush(milliseconds: 5_000)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(made == 3)
        #expect(
            text.split(separator: "\n").compactMap { $0.split(separator: "\"").dropFirst(11).first } == ["c", "d", "e"]
        )
    }
}

/// Reads a pipe to its end on a thread of its own, because a test that waits holds one of the tasks' threads.
private final class Reader: Sendable {
    private let data = Mutex(Data())
    private let isAtEnd = DispatchSemaphore(value: 0)

    init(of pipe: Pipe) {
        Thread.detachNewThread { [self] in
            let read = try? pipe.fileHandleForReading.readToEnd()
            data.withLock { $0 = read ?? Data() }
            isAtEnd.signal()
        }
    }

    func all() -> Data {
        isAtEnd.wait()
        return data.withLock { $0 }
    }
}

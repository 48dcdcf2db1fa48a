import Foundation
import Synchronization
import Telemetry
import Testing
import Text

struct LogTests {
    @Test func `lines arrive whole and in order, from many threads at once`() async throws {
        let pipe = Pipe()
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor)
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
        let log = Log(to: pipe.fileHandleForWriting.fileDescriptor)
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

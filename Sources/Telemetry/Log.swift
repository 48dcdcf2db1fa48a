internal import CLinux
internal import Glibc
internal import Synchronization
package import Text

/// Writes events as lines of JSON, and never makes the one who logs wait.
///
/// A line goes into a bounded buffer; one thread writes what has gathered there. When whoever reads
/// us is too slow, lines are dropped and counted, and the next line that is kept says how many: first those that
/// inform, and warnings and errors last. Of one event there are so many lines a second and no more, so that what a
/// stranger can cause a million times does not hide what happens once.
package final class Log: Sendable {
    private let queue: LogQueue
    private let lowest: Atomic<UInt8>
    private let events: EventLimit?

    /// A log to a descriptor, which stays the caller's to close.
    ///
    /// - Parameter limit: For the lines of each event; none where `nil`.
    package init(to descriptor: Int32, level: LogLevel = .info, limit: RateLimit? = .ofEvent) {
        events = limit.map { EventLimit($0) }
        queue = LogQueue(descriptor: descriptor)
        lowest = Atomic(level.rawValue)
        if !queue.startWriting() { lowest.store(LogLevel.off.rawValue, ordering: .relaxed) }
    }

    deinit {
        queue.close()
    }

    /// Events below this level are left out; a reload may change it.
    package var level: LogLevel {
        get { LogLevel(rawValue: lowest.load(ordering: .relaxed)) ?? .off }
        set { lowest.store(newValue.rawValue, ordering: .relaxed) }
    }

    package func debug(_ event: LogName, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.debug, event, fields)
    }

    package func info(_ event: LogName, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.info, event, fields)
    }

    package func warning(_ event: LogName, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.warning, event, fields)
    }

    package func error(_ event: LogName, _ fields: @autoclosure () -> LogFields = [:]) {
        write(.error, event, fields)
    }

    /// Lines that nobody will see, since the start.
    package var droppedLines: UInt64 { queue.droppedLines }

    /// Lines that were not written because there were many of their event.
    package var suppressedLines: UInt64 { events?.suppressedLines ?? 0 }

    /// Waits until everything is written, or for so long.
    ///
    /// For the last moments of the process; nobody else may wait for a log.
    package func flush(milliseconds: Int) {
        for (event, lines) in events?.takeSuppressed() ?? [] {
            let fields: LogFields = ["of": .text(event), "lines": .integer(Int64(clamping: lines))]
            queue.append(LogLine(.warning, "log.suppressed", fields).bytes(at: .now), isUrgent: true)
        }
        for _ in 0..<max(milliseconds, 1) {
            guard !queue.isIdle else { return }
            _ = usleep(1_000)
        }
    }

    private func write(_ level: LogLevel, _ event: LogName, _ fields: () -> LogFields) {
        guard level.rawValue >= lowest.load(ordering: .relaxed) else { return }
        var suppressed: UInt64 = 0
        if let events {
            guard let count = events.suppressed(before: event.text, at: LogMoment.uptimeNanoseconds) else { return }
            suppressed = count
        }
        var fields = fields()
        if suppressed > 0 { fields.append("suppressed", .integer(Int64(clamping: suppressed))) }
        if let trace = TraceContext.current {
            fields.append("trace_id", .text(WireText(trace.traceID.text)))
            fields.append("span_id", .text(WireText(trace.spanText)))
        }
        queue.append(LogLine(level, event, fields).bytes(at: .now), isUrgent: level >= .warning)
    }
}

extension LogMoment {
    /// The time of the system's clock.
    static var now: LogMoment {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return LogMoment(Timestamp(Int64(time.tv_sec)), microseconds: Int64(time.tv_nsec) / 1_000)
    }

    /// How long the machine has run, which nobody can set.
    static var uptimeNanoseconds: Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

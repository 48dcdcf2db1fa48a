internal import CLinux
internal import Glibc
internal import Synchronization
import Text

/// Lines on their way from any thread to the one that writes them.
final class LogQueue: Sendable {
    private let descriptor: Int32
    /// Counts up when there is something to write; the writer sleeps on it.
    private let bell: Int32
    private let state = Mutex(State())
    private let dropped = Atomic<UInt64>(0)

    private struct State {
        var waiting: [UInt8] = []
        /// Lines dropped since the last one that was kept.
        var droppedSince: UInt64 = 0
        var isWriting = false
        var isClosed = false
    }

    init(descriptor: Int32) {
        self.descriptor = descriptor
        bell = eventfd(0, Int32(EFD_CLOEXEC))
    }

    deinit {
        Glibc.close(bell)
    }

    var droppedLines: UInt64 { dropped.load(ordering: .relaxed) }

    var isIdle: Bool {
        state.withLock { $0.waiting.isEmpty && !$0.isWriting }
    }

    /// Takes a line, or counts it as dropped where there is no room.
    ///
    /// - Parameter isUrgent: Whether it may have the last quarter of the room, which others leave free.
    func append(_ line: [UInt8], isUrgent: Bool) {
        let room = isUrgent ? Limits.logQueueBytes : Limits.logQueueBytes / 4 * 3
        let isFirst = state.withLock { state in
            guard state.waiting.count + line.count <= room else {
                state.droppedSince += 1
                dropped.add(1, ordering: .relaxed)
                return false
            }
            let wasEmpty = state.waiting.isEmpty
            state.waiting.append(contentsOf: line)
            return wasEmpty
        }
        if isFirst { ring() }
    }

    /// Lets the writer finish what is there and end.
    func close() {
        state.withLock { $0.isClosed = true }
        ring()
    }

    /// Starts the thread that writes, which keeps the queue until it is closed.
    func startWriting() -> Bool {
        let this = unsafe Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<LogQueue>.fromOpaque(context).takeRetainedValue().writeAll()
                return nil
            },
            this.toOpaque()
        )
        guard failure == 0 else {
            unsafe this.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func ring() {
        _ = eventfd_write(bell, 1)
    }
}

// MARK: On the writer's thread

extension LogQueue {
    private func writeAll() {
        blockSignals()
        var batch: [UInt8] = []
        while next(into: &batch) { write(batch) }
    }

    /// Waits for lines and takes all of them; false once the queue is closed and empty.
    private func next(into batch: inout [UInt8]) -> Bool {
        while true {
            batch.removeAll(keepingCapacity: true)
            let isClosed = state.withLock { state in
                swap(&state.waiting, &batch)
                if state.droppedSince > 0, !batch.isEmpty {
                    let fields: LogFields = ["lines": .integer(Int64(clamping: state.droppedSince))]
                    batch += LogLine(.warning, "log.dropped", fields).bytes(at: .now)
                    state.droppedSince = 0
                }
                state.isWriting = !batch.isEmpty
                return state.isClosed
            }
            if !batch.isEmpty { return true }
            if isClosed { return false }
            var rings: eventfd_t = 0
            _ = unsafe eventfd_read(bell, &rings)
        }
    }

    private func write(_ batch: [UInt8]) {
        var rest = batch[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch assent_errno() {
            case EINTR: continue
            // The descriptor was given to us in this mode; others may share it, so it stays in it.
            case EAGAIN: waitUntilWritable()
            default:
                // Nobody reads us any more. The server goes on without a log rather than not at all.
                let lines = UInt64(rest.count { $0 == .newline })
                dropped.add(lines, ordering: .relaxed)
                state.withLock { $0.droppedSince += lines }
                return
            }
        }
    }

    private func waitUntilWritable() {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&wait, 1, -1)
    }

    /// Signals are for the threads that expect them; a closed pipe shows as an error here instead.
    private func blockSignals() {
        var all = sigset_t()
        _ = unsafe sigfillset(&all)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
    }
}

internal import CLinux
internal import Synchronization

/// Threads for what would hold a loop, such as the hash of a password, behind one bounded queue.
package final class WorkerPool: Sendable {
    private let threads: WorkerThreads
    private let waiting = Atomic<Int>(0)
    private let limit: Int

    /// - Parameters:
    ///   - count: How many threads.
    ///   - limit: How many may wait or run at once.
    package init(count: Int, limit: Int) throws(NetFailure) {
        threads = try WorkerThreads(count: count)
        self.limit = limit
    }

    /// Runs work on one of the threads, and comes back to the caller's.
    ///
    /// - Throws: `busy` where too many wait already.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(NetFailure) -> Value {
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard waiting.add(1, ordering: .relaxed).newValue <= limit else { throw .busy }
        return await Task(executorPreference: threads) { @concurrent in work() }.value
    }

    /// Ends the threads once everything given to them is done.
    package func stop() {
        threads.stop()
    }
}

/// An executor of jobs that may block; the first idle thread takes the oldest.
///
/// The queue is counted by an eventfd, on which idle threads sleep: one job wakes one thread.
private final class WorkerThreads: TaskExecutor {
    private let queue = Mutex<[UnownedJob]>([])
    private let jobs: Socket
    private let threads: Int

    init(count: Int) throws(NetFailure) {
        jobs = try Socket(owning: eventfd(0, Int32(EFD_SEMAPHORE | EFD_CLOEXEC)), from: "eventfd")
        threads = count
        for index in 0..<count { try SystemThread.start(named: "worker \(index)") { self.work() } }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.withLock { $0.append(job) }
        _ = eventfd_write(jobs.descriptor, 1)
    }

    /// One wake more for each thread than there are jobs: who finds nothing ends.
    func stop() {
        _ = eventfd_write(jobs.descriptor, eventfd_t(threads))
    }

    private func work() {
        var permits: eventfd_t = 0
        while true {
            guard unsafe eventfd_read(jobs.descriptor, &permits) == 0 else { continue }
            guard let job = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}

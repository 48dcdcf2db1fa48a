import Foundation

/// The one thread on which everything happens: what is to be done is done in the order in which it came.
final class Lane: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Does everything that can be done.
    func run() {
        while true {
            condition.lock()
            let some = jobs
            jobs.removeAll(keepingCapacity: true)
            condition.unlock()
            guard !some.isEmpty else { return }
            for job in some { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }

    /// Waits for what another thread, that of the passwords, has under way.
    func wait() {
        condition.lock()
        while jobs.isEmpty { condition.wait() }
        condition.unlock()
    }
}

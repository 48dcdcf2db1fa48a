internal import Synchronization

/// Jobs from other threads for one that runs them, without a lock.
///
/// A list of letters, newest first: whoever brings one puts it in front, and the owner takes all at
/// once. Because nobody ever takes a single one, no letter can be mistaken for an earlier one that
/// stood at the same place in memory.
///
/// Unchecked, because the compiler cannot see that a letter changes only until it is in the list.
@safe
struct JobInbox: ~Copyable, @unchecked Sendable {
    private let newest = unsafe Atomic<Unmanaged<Letter>?>(nil)

    @safe
    private final class Letter {
        let job: UnownedJob
        var older: Unmanaged<Letter>?

        init(_ job: UnownedJob) {
            self.job = job
        }
    }

    /// Adds a job.
    ///
    /// - Returns: Whether the inbox was empty, so that its owner must be told.
    func put(_ job: UnownedJob) -> Bool {
        let letter = Letter(job)
        let reference = unsafe Unmanaged.passRetained(letter)
        var seen = unsafe newest.load(ordering: .relaxed)
        while true {
            unsafe letter.older = seen
            let (isDone, current) = unsafe newest.weakCompareExchange(
                expected: seen,
                desired: reference,
                successOrdering: .releasing,
                failureOrdering: .relaxed
            )
            if isDone { return unsafe seen == nil }
            unsafe seen = current
        }
    }

    /// Takes all jobs, the oldest first.
    func takeAll(into jobs: inout [UnownedJob]) {
        var next = unsafe newest.exchange(nil, ordering: .acquiring)
        let first = jobs.count
        while let letter = unsafe next?.takeRetainedValue() {
            jobs.append(letter.job)
            unsafe next = letter.older
        }
        jobs[first...].reverse()
    }
}

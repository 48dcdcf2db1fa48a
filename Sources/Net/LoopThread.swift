internal import CLinux
internal import Synchronization

/// The thread of a loop, and the executor of everything that runs on it.
///
/// A job that the thread gives itself costs an array append; a job from elsewhere wakes it once,
/// however many there are.
///
/// Unchecked, because the compiler cannot see that `local` is touched by the loop's own thread only.
@safe
final class LoopThread: SerialExecutor, TaskExecutor, @unchecked Sendable {
    let index: Int
    private let epoll: Socket
    private let wake: Socket
    private let remote = JobInbox()
    private let isStopped = Atomic(false)
    private var local: [UnownedJob] = []
    /// How many jobs the present round began with.
    private(set) var jobsAtHand = 0

    /// The word that events of `wake` carry; no slot of a table is as high.
    private static let wakeWord = UInt64.max

    init(index: Int) throws(NetFailure) {
        self.index = index
        epoll = try Socket(owning: epoll_create1(Int32(EPOLL_CLOEXEC)), from: "epoll_create1")
        wake = try Socket(
            owning: eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)),
            from: "eventfd"
        )
        try add(wake.descriptor, as: Self.wakeWord, events: EPOLLIN.rawValue)
    }

    // MARK: Jobs

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            local.append(job)
            return
        }
        if remote.put(job) { ring() }
    }

    func checkIsolated() {
        precondition(isCurrent, "This runs on its event loop only.")
    }

    func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    /// Ends the thread once it has done what was given to it before.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        ring()
    }

    private func ring() {
        _ = eventfd_write(wake.descriptor, 1)
    }

    // MARK: Descriptors

    /// Registers a descriptor until it is removed or closed.
    func add(_ descriptor: Int32, as word: UInt64, events: UInt32) throws(NetFailure) {
        var event = unsafe epoll_event()
        unsafe event.events = events
        unsafe event.data.u64 = word
        guard unsafe epoll_ctl(epoll.descriptor, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw .system("epoll_ctl", SystemError.last)
        }
    }

    func remove(_ descriptor: Int32) {
        epoll_ctl(epoll.descriptor, EPOLL_CTL_DEL, descriptor, nil)
    }

    // MARK: The turn

    /// Starts the thread, which keeps itself and `loop` alive until it is stopped.
    func start(_ loop: EventLoop) throws(NetFailure) {
        try SystemThread.start(named: "loop \(index)") { self.run(loop) }
    }

    private func run(_ loop: EventLoop) {
        setCurrent()
        var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
        var jobs: [UnownedJob] = []
        while !isStopped.load(ordering: .acquiring) || !local.isEmpty {
            runJobs(&jobs)
            let timeout = local.isEmpty ? loop.assumeIsolated { $0.millisecondsToNextDeadline() } : 0
            let count = unsafe epoll_wait(epoll.descriptor, &events, Int32(events.count), timeout)
            precondition(count >= 0 || SystemError.last == EINTR, "Nobody else closes the descriptors of a loop.")
            loop.assumeIsolated { loop in
                loop.advanceClock()
                for index in 0..<max(0, Int(count)) {
                    let event = unsafe events[index]
                    let word = unsafe event.data.u64
                    if word == Self.wakeWord {
                        takeRemote()
                    } else {
                        loop.tell(WatchToken(word), Readiness(epoll: unsafe event.events))
                    }
                }
            }
        }
    }

    /// Runs what is there, and what that gives rise to, but looks at the descriptors after a while.
    private func runJobs(_ jobs: inout [UnownedJob]) {
        for _ in 0..<16 where !local.isEmpty {
            swap(&jobs, &local)
            jobsAtHand = jobs.count
            for job in jobs {
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(),
                    taskExecutor: asUnownedTaskExecutor()
                )
            }
            jobs.removeAll(keepingCapacity: true)
        }
    }

    private func takeRemote() {
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(wake.descriptor, &value)
        remote.takeAll(into: &local)
    }

    // MARK: Where am I

    /// The loop thread that this code runs on, if it does.
    static var current: LoopThread? {
        guard let pointer = unsafe pthread_getspecific(key) else { return nil }
        return unsafe Unmanaged<LoopThread>.fromOpaque(pointer).takeUnretainedValue()
    }

    private var isCurrent: Bool {
        unsafe pthread_getspecific(Self.key) == UnsafeMutableRawPointer(Unmanaged.passUnretained(self).toOpaque())
    }

    private func setCurrent() {
        _ = unsafe pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let failure = unsafe pthread_key_create(&key, nil)
        precondition(failure == 0, "A process has room for one more thread-specific value.")
        return key
    }()
}

extension Readiness {
    /// Errors count as everything, because the next read or write will say what is wrong.
    fileprivate init(epoll events: UInt32) {
        self = []
        if events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { insert(.writable) }
        if events & EPOLLRDHUP.rawValue != 0 { insert(.hungUp) }
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { formUnion([.readable, .writable, .hungUp]) }
    }
}

internal import CLinux
internal import Synchronization
internal import Text

/// A thread that waits for many descriptors at once and runs what they wake.
///
/// An actor whose executor is that thread: what belongs to a loop is used on it, and the compiler
/// sees to that. A task that prefers the loop stays on it, through every `await` of code that has no
/// home of its own, so a request meets one thread from its first byte to its last.
@safe
package actor EventLoop {
    /// Which loop of its group this is.
    package nonisolated let index: Int
    nonisolated let thread: LoopThread
    private var watches: [Watch?] = []
    private var generations: [UInt32] = []
    private var free: [UInt32] = []
    private var wheel: TimerWheel
    private var due: [WatchToken] = []
    /// Those who let others run before them.
    private var yielded: [UnsafeContinuation<Void, Never>] = unsafe []
    /// How often the thread has looked at its descriptors.
    package private(set) var turns = 0
    private var httpDate: (seconds: Int64, text: String) = (.min, "")
    private var listeners: [ListenerID: Listener] = [:]
    private var nextListener: UInt32 = 0
    /// Buffers that no connection holds at the moment.
    var buffers = BufferPool()

    /// Starts the thread.
    package init(index: Int) throws(NetFailure) {
        self.index = index
        thread = try LoopThread(index: index)
        wheel = TimerWheel(now: Self.tickNow())
        try thread.start(self)
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// What a task names to run on this loop: `Task(executorPreference: loop.executor)`.
    package nonisolated var executor: any TaskExecutor { thread }

    /// The index of the loop that runs the calling code, or `nil` elsewhere.
    ///
    /// For things kept one a loop, such as a database reader, which then need no lock.
    package static var currentIndex: Int? { LoopThread.current?.index }

    /// Ends the thread once everything given to it is done; what still waits will wait for ever.
    package nonisolated func stop() {
        thread.stop()
    }

    // MARK: Waiting

    /// Begins to watch a descriptor, which the caller keeps open until `forget`.
    package func watch(_ descriptor: Int32, readiness: Readiness = [.writable]) throws(NetFailure) -> Watch {
        let watch = newWatch(descriptor, readiness)
        do {
            try thread.add(
                descriptor,
                as: watch.token.word,
                events: EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
            )
        } catch {
            forget(watch)
            throw error
        }
        return watch
    }

    /// Ends the watch of a descriptor that stays open.
    package func unwatch(_ watch: Watch) {
        thread.remove(watch.descriptor)
        forget(watch)
    }

    /// Ends a watch, before its descriptor is closed.
    func forget(_ watch: Watch) {
        precondition(!watch.isWaitedFor, "Nobody waits for a descriptor that is given up.")
        let slot = Int(watch.token.slot)
        watches[slot] = nil
        generations[slot] &+= 1
        free.append(watch.token.slot)
    }

    /// Waits until the descriptor is ready, the deadline has passed, or somebody interrupts.
    package func wait(for interest: Readiness, on watch: Watch, until deadline: Deadline) async -> Wake {
        if watch.isInterrupted { return .interrupted }
        if !watch.readiness.isDisjoint(with: interest) { return .ready }
        guard deadline.tick > wheel.now else { return .expired }
        precondition(!watch.isWaitedFor, "A descriptor has one owner, and an owner waits once.")
        watch.interest = interest
        watch.deadline = deadline
        if deadline.tick < watch.scheduled { watch.scheduled = wheel.insert(watch.token, at: deadline.tick) }
        return unsafe await withUnsafeContinuation { unsafe watch.waiter = $0 }
    }

    /// Ends the wait on this watch, and every later one.
    func interrupt(_ watch: Watch) {
        watch.isInterrupted = true
        resume(watch, .interrupted)
    }

    /// Waits for some time, unless somebody interrupts the watch that `body` is given.
    package func sleep(_ ticks: Ticks) async {
        let watch = newWatch(-1, [])
        _ = await wait(for: [], on: watch, until: deadline(after: ticks))
        forget(watch)
    }

    /// Waits for what is made elsewhere, but no longer than until the deadline; the work goes on then for nobody.
    func value<Value: Sendable>(
        until deadline: Deadline,
        of work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let watch = newWatch(-1, [])
        let token = watch.token
        let place = ValuePlace<Value>()
        Task(name: "value", executorPreference: executor) {
            let value = await work()
            place.value.withLock { $0 = value }
            await self.interrupt(token)
        }
        _ = await wait(for: [], on: watch, until: deadline)
        forget(watch)
        return place.value.withLock { $0 }
    }

    /// Lets everybody else on this loop have a turn.
    func yield() async {
        unsafe await withUnsafeContinuation { unsafe yielded.append($0) }
    }

    /// The moment in which this turn of the loop began.
    package var now: Deadline { Deadline(tick: wheel.now) }

    /// The moment that lies `ticks` ahead, and a little more rather than less.
    package func deadline(after ticks: Ticks) -> Deadline {
        Deadline(tick: wheel.now + ticks.count + 1)
    }

    /// Whether others have work at this moment, and so few that nobody notices who waits for them all.
    var isAmongFew: Bool { (2...32).contains(thread.jobsAtHand) }

    // MARK: What the thread tells

    func tell(_ token: WatchToken, _ readiness: Readiness) {
        guard let watch = find(token) else { return }
        watch.readiness.formUnion(readiness)
        if !watch.readiness.isDisjoint(with: watch.interest) { resume(watch, .ready) }
    }

    func advanceClock() {
        turns &+= 1
        resumeYielded()
        let now = Self.tickNow()
        guard now > wheel.now else { return }
        wheel.advance(to: now, into: &due)
        for token in due {
            guard let watch = find(token), watch.scheduled <= now else { continue }
            watch.scheduled = .max
            guard watch.isWaitedFor, watch.deadline < .never else { continue }
            if watch.deadline.tick <= now {
                resume(watch, .expired)
            } else {
                watch.scheduled = wheel.insert(token, at: watch.deadline.tick)
            }
        }
        due.removeAll(keepingCapacity: true)
    }

    /// How long epoll may sleep: -1 for as long as it likes.
    func millisecondsToNextDeadline() -> Int32 {
        guard unsafe yielded.isEmpty else { return 0 }
        guard let next = wheel.next else { return -1 }
        let now = Self.nanosecondsNow()
        let then = next * Ticks.nanoseconds
        guard then > now else { return 0 }
        return Int32(clamping: (then - now) / 1_000_000 + 1)
    }

    // MARK: Clocks

    /// The time of day, as headers spell it; made once a second.
    func date() -> String {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        let seconds = Int64(time.tv_sec)
        if httpDate.seconds != seconds { httpDate = (seconds, Timestamp(seconds).httpDate) }
        return httpDate.text
    }

    private static func tickNow() -> UInt64 {
        nanosecondsNow() / Ticks.nanoseconds
    }

    private static func nanosecondsNow() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    // MARK: The table

    private func newWatch(_ descriptor: Int32, _ readiness: Readiness) -> Watch {
        let slot: UInt32
        if let last = free.popLast() {
            slot = last
        } else {
            slot = UInt32(watches.count)
            watches.append(nil)
            generations.append(0)
        }
        let token = WatchToken(slot: slot, generation: generations[Int(slot)])
        let watch = Watch(descriptor: descriptor, token: token, readiness: readiness)
        watches[Int(slot)] = watch
        return watch
    }

    private func resumeYielded() {
        guard unsafe !yielded.isEmpty else { return }
        let waiters = unsafe yielded
        unsafe yielded.removeAll(keepingCapacity: true)
        for index in unsafe waiters.indices { unsafe waiters[index].resume() }
    }

    private func find(_ token: WatchToken) -> Watch? {
        let slot = Int(token.slot)
        guard slot < watches.count, let watch = watches[slot], watch.token == token else { return nil }
        return watch
    }

    private func interrupt(_ token: WatchToken) {
        if let watch = find(token) { interrupt(watch) }
    }

    private func resume(_ watch: Watch, _ wake: Wake) {
        guard let waiter = unsafe watch.waiter else { return }
        unsafe watch.waiter = nil
        watch.interest = []
        unsafe waiter.resume(returning: wake)
    }

    // MARK: Listeners

    /// Begins to accept connections.
    func listen(at socket: Socket, _ plan: ListenerPlan) throws(NetFailure) -> ListenerID {
        let id = ListenerID(number: nextListener)
        nextListener += 1
        listeners[id] = Listener(socket, plan, try watch(socket.descriptor, readiness: []))
        Task(name: "listener", executorPreference: executor) { await self.accept(for: id) }
        return id
    }

    func listener(_ id: ListenerID) -> Listener? { listeners[id] }

    private func accept(for id: ListenerID) async {
        guard let listener = listeners[id] else { return }
        await listener.accept(as: id, on: self)
        forget(listener.watch)
    }

    /// Starts the task of a connection that `listener` has accepted.
    func begin(_ number: UInt64, of id: ListenerID) -> Task<Void, Never> {
        Task(name: "connection", executorPreference: executor) { await self.serve(number, of: id) }
    }

    private func serve(_ number: UInt64, of id: ListenerID) async {
        guard let listener = listeners[id], let connection = listener.connections[number]?.connection else { return }
        await connection.serve(on: self)
        forget(connection.watch)
        listener.connections[number] = nil
    }

    func remove(_ id: ListenerID) {
        listeners[id] = nil
    }
}

/// Where one task leaves a value for another.
private final class ValuePlace<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

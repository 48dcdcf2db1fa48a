import Glibc

/// A thread of our own, because who waits for the disk must not be a loop.
enum StoreThread {
    /// Starts `body` on a new thread; `false` where the system has none to give.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let box = unsafe Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            box.toOpaque()
        )
        guard code == 0 else {
            unsafe box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// Has the calling thread, and no other, run when nobody else wants to.
    static func giveWay() {
        _ = setpriority(Int32(PRIO_PROCESS.rawValue), 0, 19)
    }

    /// Whoever waits for signals is elsewhere; only faults of this thread itself arrive here.
    private static func leaveSignals() {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] {
            _ = unsafe sigdelset(&signals, fault)
        }
        unsafe pthread_sigmask(SIG_SETMASK, &signals, nil)
    }

    private final class Box: Sendable {
        private let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }

        func run() {
            leaveSignals()
            body()
        }
    }
}

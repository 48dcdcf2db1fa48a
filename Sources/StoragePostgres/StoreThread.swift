import CLinux
import Glibc

/// A thread of our own, for what waits: a connection that is made, sockets of which one will be ready.
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

    /// Runs `body` on a thread of its own; `nil` where there is none.
    static func value<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
        await withCheckedContinuation { continuation in
            if !start({ continuation.resume(returning: body()) }) { continuation.resume(returning: nil) }
        }
    }

    /// Milliseconds that only go forward.
    static var milliseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Whoever waits for signals is elsewhere; only faults of this thread itself arrive here.
    private static func leaveSignals() {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { _ = unsafe sigdelset(&signals, fault) }
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

/// Something that one thread waits for and another says once.
final class Signal: Sendable {
    private let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

    deinit {
        close(descriptor)
    }

    func give() {
        _ = eventfd_write(descriptor, 1)
    }

    /// Whether it is given before so many milliseconds are over.
    func isGiven(within milliseconds: Int32) -> Bool {
        var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        return unsafe poll(&descriptors, 1, milliseconds) != 0
    }
}

/// Wakes a thread that waits for descriptors.
///
/// It rings as often as it likes and is heard once.
struct Bell: ~Copyable, Sendable {
    let descriptor: Int32

    init?() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    func ring() {
        _ = eventfd_write(descriptor, 1)
    }

    func silence() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}

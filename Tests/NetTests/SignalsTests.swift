import Glibc
import Net
import Testing

/// In processes of their own: a signal is for a whole process.
struct SignalsTests {
    @Test func `RE-09 signals are waited for in turn, and a broken pipe is none`() async {
        await #expect(processExitsWith: .success) {
            let signals = try Signals()
            let loop = try EventLoop(index: 0)
            for (number, expected) in [
                (SIGHUP, Signals.Signal.reload), (SIGTERM, .stop), (SIGPIPE, nil), (SIGINT, .stop), (SIGHUP, .reload),
            ] {
                kill(getpid(), number)
                guard let expected else { continue }
                guard try await signals.next(on: loop) == expected else { exit(1) }
            }
        }
    }

    @Test func `RE-09 a signal that comes while nobody waits is not lost`() async {
        await #expect(processExitsWith: .success) {
            let signals = try Signals()
            let loop = try EventLoop(index: 0)
            kill(getpid(), SIGTERM)
            try await Task.sleep(for: .milliseconds(50))
            guard try await signals.next(on: loop) == .stop else { exit(1) }
        }
    }
}

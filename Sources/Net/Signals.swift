internal import CLinux

/// Signals as something to wait for.
///
/// Handled, and not only blocked: the main thread of a Swift program sleeps with every signal let through, and
/// one that nobody handles would end the process there.
package struct Signals: Sendable {
    package enum Signal: Sendable, Hashable {
        /// TERM or INT: finish what has begun, and end.
        case stop
        /// HUP: read templates, keys, certificates and clients again.
        case reload
    }

    private let end: Socket
    /// Held open for as long as the handlers write to it.
    private let start: Socket

    /// From here on the signals go to whoever waits; there can be one such a process.
    package init() throws(NetFailure) {
        // A client that closes early, or a file that may not grow, must not end the process: the write says so.
        assent_ignore_failed_writes()
        var descriptors: [Int32] = [-1, -1]
        guard unsafe pipe2(&descriptors, Int32(O_CLOEXEC | O_NONBLOCK)) == 0 else { throw NetFailure("pipe2") }
        end = try Socket(owning: descriptors[0], from: "pipe2")
        start = try Socket(owning: descriptors[1], from: "pipe2")
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            guard assent_forward_signal(signal, start.descriptor) == 0 else { throw NetFailure("sigaction") }
        }
    }

    /// Waits for the next one, holding nobody else on the loop.
    package func next(on loop: isolated EventLoop) async throws(NetFailure) -> Signal {
        let watch = try loop.watch(end.descriptor)
        defer { loop.unwatch(watch) }
        while true {
            if let signal = try read() { return signal }
            watch.isDrained()
            _ = await loop.wait(for: .readable, on: watch, until: .never)
        }
    }

    /// Has whoever waits finish and end, as TERM does.
    package func stop() {
        var number = UInt8(SIGTERM)
        _ = unsafe write(start.descriptor, &number, 1)
    }

    private func read() throws(NetFailure) -> Signal? {
        var number: UInt8 = 0
        let count = unsafe CLinux.read(end.descriptor, &number, 1)
        if count == 1 { return Int32(number) == SIGHUP ? .reload : .stop }
        guard count < 0, SystemError.last == EAGAIN || SystemError.last == EINTR else { throw NetFailure("read") }
        return nil
    }
}

internal import CLinux

/// The socket itself.
final class PlainChannel: Channel {
    let watch: Watch
    private let socket: Socket

    init(_ socket: Socket, _ watch: Watch) {
        self.socket = socket
        self.watch = watch
    }

    func handshake() -> Transfer { .done(0) }

    func read(into buffer: inout [UInt8], atMost count: Int) -> Transfer {
        var transfer = Transfer.broken
        buffer.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { space, filled in
                let free = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(space)[filled...]
                )
                transfer = unsafe socket.receive(into: free, watch)
                if case .done(let count) = transfer { filled += count }
            }
        }
        return transfer
    }

    func write(_ bytes: borrowing Span<UInt8>) -> Transfer {
        unsafe bytes.withUnsafeBytes { unsafe socket.send($0, watch) }
    }

    func endWriting() {
        socket.endWriting()
    }

    var failure: String? { nil }

    var certificate: [UInt8]? { nil }

    var issuers: [[UInt8]] { [] }

    var isEncrypted: Bool { false }

    var mayHaveUnread: Bool { watch.readiness.contains(.readable) }
}

extension Socket {
    /// Reads once, and only where epoll has said that it is worth a call.
    func receive(into space: UnsafeMutableRawBufferPointer, _ watch: Watch) -> Transfer {
        while true {
            guard watch.readiness.contains(.readable) else { return .blocked(.readable) }
            let count = unsafe recv(descriptor, space.baseAddress, space.count, 0)
            if count > 0 {
                // Fewer than asked for were all: epoll will tell of the next ones, so nobody need ask in vain.
                if count < space.count { watch.isDrained() }
                return .done(count)
            }
            if count == 0 { return .ended }
            switch SystemError.last {
            case EINTR: continue
            case EAGAIN:
                // Even after a hang-up: an error was seen by then, or the end would have been read.
                watch.readiness.remove(.readable)
            default: return .broken
            }
        }
    }

    /// Writes once, and only where the last attempt left room or epoll has told of some.
    func send(_ bytes: UnsafeRawBufferPointer, _ watch: Watch) -> Transfer {
        while true {
            guard watch.readiness.contains(.writable) else { return .blocked(.writable) }
            // Without the flag a peer that has gone would end the process by SIGPIPE.
            let count = unsafe CLinux.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 {
                if count < bytes.count { watch.isFull() }
                return .done(count)
            }
            switch SystemError.last {
            case EINTR: continue
            case EAGAIN: watch.isFull()
            default: return .broken
            }
        }
    }
}

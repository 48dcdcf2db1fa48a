internal import CLinux

/// A descriptor that is closed once, when nobody holds it any more.
package final class Socket: Sendable {
    package let descriptor: Int32

    /// Takes a descriptor over from the call that made it, or says why that call failed.
    init(owning descriptor: Int32, from call: String) throws(NetFailure) {
        guard descriptor >= 0 else { throw NetFailure(call) }
        self.descriptor = descriptor
    }

    deinit {
        // Never repeated after EINTR: Linux has closed it by then, and the number may be another's.
        close(descriptor)
    }
}

// MARK: Making

extension Socket {
    /// Listens at an address; with port 0 the system chooses one.
    ///
    /// With `isShared` several sockets of this process listen at the same port, one a loop, and the
    /// kernel deals connections out.
    static func listening(at address: Address, isShared: Bool) throws(NetFailure) -> Socket {
        let socket = try bound(to: address, isShared: isShared)
        guard listen(socket.descriptor, 4_096) == 0 else {
            throw SystemError.last == EADDRINUSE ? .addressInUse(address) : NetFailure("listen")
        }
        return socket
    }

    private static func bound(to address: Address, isShared: Bool) throws(NetFailure) -> Socket {
        let socket = try Socket(kind: address.family)
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        if isShared { socket.set(SOL_SOCKET, SO_REUSEPORT, 1) }
        // An address means what it says: `[::]` is not IPv4 as well.
        if address.family == AF_INET6 { socket.set(assent_ipproto_ipv6(), IPV6_V6ONLY, 1) }
        let descriptor = socket.descriptor
        guard unsafe address.withSocketAddress({ unsafe bind(descriptor, $0, $1) }) == 0 else {
            throw SystemError.last == EADDRINUSE ? .addressInUse(address) : NetFailure("bind")
        }
        return socket
    }

    /// Refuses an address at which another process listens, which a shared socket would not notice.
    static func requireFree(_ address: Address) throws(NetFailure) {
        _ = try bound(to: address, isShared: false)
    }

    /// Removes the name of a Unix socket at which nobody listens any more.
    static func removeAbandoned(_ path: String) {
        guard let socket = try? Socket(kind: AF_UNIX) else { return }
        let descriptor = socket.descriptor
        let address = Address.unix(path)
        let result = unsafe address.withSocketAddress { unsafe connect(descriptor, $0, $1) }
        if result != 0, SystemError.last == ECONNREFUSED { unsafe unlink(path) }
    }

    /// Begins to connect; the socket is writable once that has succeeded or failed.
    static func connecting(to address: Address) throws(NetFailure) -> Socket {
        let socket = try Socket(kind: address.family)
        socket.sendAtOnce(address.family)
        let descriptor = socket.descriptor
        guard unsafe address.withSocketAddress({ unsafe connect(descriptor, $0, $1) }) != 0 else { return socket }
        guard SystemError.last == EINPROGRESS else { throw NetFailure("connect") }
        return socket
    }

    /// The next connection that waits to be accepted, and who is at its other end.
    package func accept() -> Accepted {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe accept4(descriptor, pointer, &length, flags)
            }
        }
        guard number >= 0, let socket = try? Socket(owning: number, from: "accept4") else {
            return switch SystemError.last {
            case EAGAIN: .none
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: .exhausted
            case EBADF, EINVAL, ENOTSOCK, EFAULT, EOPNOTSUPP: .broken
            // What went wrong with one connection is no reason not to accept the next.
            default: .gone
            }
        }
        let peer = Address(storage) ?? .unix("")
        socket.sendAtOnce(peer.family)
        return .connection(socket, peer)
    }

    package enum Accepted {
        case connection(Socket, Address)
        /// Nobody waits.
        case none
        /// The client has given up already.
        case gone
        /// There is no descriptor for it; it goes on waiting.
        case exhausted
        /// The listening socket is of no use any more.
        case broken
    }

    private convenience init(kind family: Int32) throws(NetFailure) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        try self.init(owning: socket(family, kind, 0), from: "socket")
    }
}

// MARK: Asking and setting

extension Socket {
    /// Where this end is, with the port that the system chose.
    func localAddress() throws(NetFailure) -> Address {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe getsockname(descriptor, pointer, &length)
            }
        }
        guard result == 0, let address = Address(storage) else { throw NetFailure("getsockname") }
        return address
    }

    /// Why an attempt to connect failed, or 0.
    func pendingError() -> Int32 {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length)
        return result == 0 ? number : SystemError.last
    }

    /// Says that nothing more will be written; reading goes on.
    func endWriting() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Answers are written whole, so there is nothing to collect; and a peer that vanished is noticed.
    private func sendAtOnce(_ family: Int32) {
        guard family != AF_UNIX else { return }
        set(assent_ipproto_tcp(), TCP_NODELAY, 1)
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
    }

    func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension NetFailure {
    /// What the call that has just failed left in `errno`.
    init(_ call: String) {
        let number = SystemError.last
        self = number == EMFILE || number == ENFILE ? .tooManyDescriptors : .system(call, number)
    }
}

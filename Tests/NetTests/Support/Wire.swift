import Foundation
import Glibc

/// A client that sends what it is told, byte by byte if need be, and knows nothing of HTTP.
///
/// It blocks, so it is used on threads of its own: `onThread`.
final class Wire {
    let descriptor: Int32

    struct Timeout: Error {}

    init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            // The descriptor is closed by `deinit`, which runs for whatever is whole, thrown away or not.
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        close(descriptor)
    }

    /// False where the other side is gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Closes both ways, so that whoever is blocked here wakes.
    func hangUp() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Makes the end of this wire a reset, as that of a client that crashes is.
    func willReset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends a byte every now and then until the other side has something to say or closes.
    ///
    /// - Returns: False where it had nothing to say to any of them.
    func trickle(_ bytes: some Sequence<UInt8>) -> Bool {
        for byte in bytes {
            guard send([byte]) else { return true }
            usleep(25_000)
            var peeked: UInt8 = 0
            let count = recv(descriptor, &peeked, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
            if count >= 0 || errno != EAGAIN { return true }
        }
        return false
    }

    /// Some bytes, or none at the end.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 {
            if errno == EAGAIN { throw Timeout() }
            return []
        }
        return Array(buffer[..<count])
    }

    /// Everything until the other side closes.
    func receiveAll() throws -> String {
        var bytes: [UInt8] = []
        while true {
            let more = try receive()
            guard !more.isEmpty else { return String(decoding: bytes, as: UTF8.self) }
            bytes += more
        }
    }

    private var pending: [UInt8] = []

    /// One answer with its body, found by its length.
    func receiveAnswer() throws -> Answer? {
        while true {
            if let answer = Answer(&pending) { return answer }
            let more = try receive()
            guard !more.isEmpty else { return nil }
            pending += more
        }
    }
}

/// What a client can see of an answer.
struct Answer: Equatable {
    var status: Int
    var head: String
    var body: String

    /// Takes one answer from the front of the bytes.
    init?(_ bytes: inout [UInt8]) {
        let end = Array("\r\n\r\n".utf8)
        guard let split = (0..<max(0, bytes.count - 3)).first(where: { Array(bytes[$0..<($0 + 4)]) == end }) else {
            return nil
        }
        head = String(decoding: bytes[..<split], as: UTF8.self)
        status = Int(head.dropFirst(9).prefix(3)) ?? 0
        var length = 0
        for line in head.lowercased().split(separator: "\r\n") where line.hasPrefix("content-length: ") {
            length = Int(line.dropFirst(16)) ?? 0
        }
        guard bytes.count >= split + 4 + length else { return nil }
        body = String(decoding: bytes[(split + 4)..<(split + 4 + length)], as: UTF8.self)
        bytes.removeFirst(split + 4 + length)
    }
}

/// Runs what blocks on a thread of its own, so that tests do not hold each other.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try body() })
        }
    }
}

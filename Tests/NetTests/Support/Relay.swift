import Foundation
import Glibc
import Synchronization

/// A wire in between that passes bytes on in other pieces than they came.
final class Relay: Sendable {
    let port: UInt16
    private let listener: Int32

    init(to server: UInt16, cut: @escaping @Sendable ([UInt8]) -> [[UInt8]]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = getsockname(listener, pointer, &length)
            }
        }
        listen(listener, 1)
        port = UInt16(bigEndian: address.sin_port)
        self.listener = listener
        Thread.detachNewThread {
            let client = accept(listener, nil, nil)
            guard client >= 0, let wire = try? Wire(port: server) else { return }
            let back = UncheckedWire(wire: wire)
            Thread.detachNewThread {
                while let bytes = try? back.wire.receive(), !bytes.isEmpty {
                    for piece in cut(bytes) { _ = send(client, piece, piece.count, Int32(MSG_NOSIGNAL)) }
                }
                shutdown(client, Int32(SHUT_WR))
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(client, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                for piece in cut(Array(buffer[..<count])) { wire.send(piece) }
            }
            wire.endSending()
        }
    }

    deinit {
        close(listener)
    }
}

/// Sentences from any thread.
final class Reasons: Sendable {
    private let sentences = Mutex<[String]>([])

    func add(_ sentence: String) {
        sentences.withLock { $0.append(sentence) }
    }

    var all: [String] { sentences.withLock { $0 } }
}

/// A connection of `openssl s_client` that stays open between requests.
struct Interactive: Sendable {
    private let program: Program

    init(_ port: UInt16) throws {
        program = try Program(["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-quiet"])
    }

    /// Sends a request and reads until its echo has come.
    func exchange(_ path: String) async throws -> String {
        try await onThread {
            program.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
            var text = ""
            while !text.contains("GET \(path)") {
                let more = program.read()
                guard !more.isEmpty else { break }
                text += more
            }
            return text
        }
    }
}

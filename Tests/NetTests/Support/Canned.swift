import Foundation
import Glibc

/// A server that says to one client what it was told to say, whatever it is asked.
final class Canned: Sendable {
    let port: UInt16
    private let listener: Int32

    init(_ pieces: [[UInt8]], closes: Bool = true) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
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
            guard client >= 0 else { return }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            _ = recv(client, &buffer, buffer.count, 0)
            for piece in pieces {
                _ = send(client, piece, piece.count, Int32(MSG_NOSIGNAL))
                usleep(5_000)
            }
            if closes { shutdown(client, Int32(SHUT_WR)) }
            // Until the client has gone.
            while recv(client, &buffer, buffer.count, 0) > 0 {}
            close(client)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}

internal import CLinux
package import Text

/// Where a socket is: IPv4, IPv6, or a path of the file system.
///
/// Never a name: names change their meaning while a server runs.
package enum Address: Hashable, Sendable {
    case ipv4(UInt32, port: UInt16)
    case ipv6(high: UInt64, low: UInt64, port: UInt16)
    case unix(String)

    /// Reads `127.0.0.1:8080`, `[::1]:8443` or `/run/assent.sock`, and nothing that leaves a doubt.
    package init?(_ text: WireText) {
        let bytes = text.bytes
        if bytes.first == UInt8(ascii: "/") {
            // A path must fit into `sun_path` with its final zero.
            guard bytes.count < 108, !bytes.contains(0) else { return nil }
            self = .unix(text.string)
            return
        }
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), let port = Self.port(bytes[(colon + 1)...]) else {
            return nil
        }
        let host = bytes[..<colon]
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]"), host.count > 2 {
            self.init(ipv6: WireText(Array(host.dropFirst().dropLast())), port: port)
        } else {
            self.init(ipv4: WireText(Array(host)), port: port)
        }
    }

    /// Reads an address without brackets, as the tail of a URI's host or the answer of a resolver spells it.
    package init?(host: WireText, port: UInt16) {
        guard let address = Address(ipv4: host, port: port) ?? Address(ipv6: host, port: port) else {
            return nil
        }
        self = address
    }

    package var port: UInt16? {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port): port
        case .unix: nil
        }
    }

    /// The address alone, without port and brackets, as logs and rate limits name a peer.
    package var host: String {
        switch self {
        case .ipv4(let word, _):
            var address = in_addr(s_addr: word.bigEndian)
            return unsafe Self.text(AF_INET, &address)
        case .ipv6(let high, let low, _):
            var address = in6_addr(high: high, low: low)
            return unsafe Self.text(AF_INET6, &address)
        case .unix: return "unix"
        }
    }

    /// The part that one subscriber has: all of an IPv4 address, and the first 64 bits of an IPv6 address (RFC 6177 §2).
    ///
    /// Absent for this machine itself, behind whose addresses stands whoever uses a proxy on it.
    package var network: UInt64? {
        switch self {
        case .ipv4(0x7F00_0001, _), .ipv6(0, 1, _), .unix: nil
        case .ipv4(let word, _): UInt64(word)
        // RFC 4291 §2.5.5.2: an IPv4 address as a socket for both kinds spells it.
        case .ipv6(0, let low, let port) where low >> 32 == 0xFFFF:
            Address.ipv4(UInt32(truncatingIfNeeded: low), port: port).network
        case .ipv6(let high, _, _): high
        }
    }

    /// The same place with another port.
    package func with(port: UInt16) -> Address {
        switch self {
        case .ipv4(let word, _): .ipv4(word, port: port)
        case .ipv6(let high, let low, _): .ipv6(high: high, low: low, port: port)
        case .unix: self
        }
    }

    private init?(ipv4 text: WireText?, port: UInt16) {
        var address = in_addr()
        guard let text, unsafe inet_pton(AF_INET, text.string, &address) == 1 else { return nil }
        self = .ipv4(UInt32(bigEndian: address.s_addr), port: port)
    }

    private init?(ipv6 text: WireText?, port: UInt16) {
        var address = in6_addr()
        guard let text, unsafe inet_pton(AF_INET6, text.string, &address) == 1 else { return nil }
        self = .ipv6(high: address.high, low: address.low, port: port)
    }

    private static func port(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...5).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        return UInt16(exactly: digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard let text = unsafe inet_ntop(family, address, &buffer, socklen_t(buffer.count)) else { return "?" }
        return unsafe String(cString: text)
    }
}

extension Address: CustomStringConvertible {
    package var description: String {
        switch self {
        case .ipv4(_, let port): "\(host):\(port)"
        case .ipv6(_, _, let port): "[\(host)]:\(port)"
        case .unix(let path): path
        }
    }
}

extension Address {
    /// As the calls of the kernel want it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch self {
        case .ipv4(let word, let port):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = word.bigEndian
            return unsafe Self.pass(&address, body)
        case .ipv6(let high, let low, let port):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6_addr(high: high, low: low)
            return unsafe Self.pass(&address, body)
        case .unix(let path):
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
                unsafe place.copyBytes(from: path.utf8.prefix(place.count - 1))
            }
            return unsafe Self.pass(&address, body)
        }
    }

    /// What the kernel says of a socket's own or other end.
    init?(_ storage: borrowing sockaddr_storage) {
        var storage = copy storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = unsafe withUnsafeBytes(of: &storage) { unsafe $0.loadUnaligned(as: sockaddr_in.self) }
            self = .ipv4(UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = unsafe withUnsafeBytes(of: &storage) { unsafe $0.loadUnaligned(as: sockaddr_in6.self) }
            let word = address.sin6_addr
            self = .ipv6(high: word.high, low: word.low, port: UInt16(bigEndian: address.sin6_port))
        case AF_UNIX:
            self = .unix("")
        default:
            return nil
        }
    }

    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    private static func pass<Value, Result>(
        _ value: inout Value,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: &value) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe body(pointer, socklen_t(MemoryLayout<Value>.size))
            }
        }
    }
}

extension in6_addr {
    fileprivate init(high: UInt64, low: UInt64) {
        self.init()
        unsafe withUnsafeMutableBytes(of: &self) { bytes in
            unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
    }

    fileprivate var high: UInt64 { word(at: 0) }

    fileprivate var low: UInt64 { word(at: 8) }

    private func word(at offset: Int) -> UInt64 {
        unsafe withUnsafeBytes(of: self) { bytes in
            UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }
}

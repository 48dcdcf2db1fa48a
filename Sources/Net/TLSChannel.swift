internal import COpenSSL
internal import Crypto
internal import Text

/// OpenSSL over a socket that never waits.
///
/// OpenSSL reads and writes through a BIO of ours, so that it asks the socket only when epoll has said
/// that there is something, and never raises SIGPIPE.
@safe
final class TLSChannel: Channel {
    let watch: Watch
    private let socket: Socket
    private let ssl: OpaquePointer
    fileprivate var hasEnded = false
    private(set) var failure: String?

    /// The server's side of a connection that has been accepted.
    init?(_ socket: Socket, _ watch: Watch, accepting context: TLSContext) {
        guard let ssl = unsafe context.makeConnection() else { return nil }
        unsafe self.ssl = ssl
        self.socket = socket
        self.watch = watch
        unsafe SSL_set_accept_state(ssl)
        guard attach() else { return nil }
    }

    /// The client's side of a connection to `host`, whose certificate must be one for that name or address.
    init?(_ socket: Socket, _ watch: Watch, calling host: WireText, by context: TLSContext) {
        guard let ssl = unsafe context.makeConnection() else { return nil }
        unsafe self.ssl = ssl
        self.socket = socket
        self.watch = watch
        unsafe SSL_set_connect_state(ssl)
        guard attach(), expect(host) else { return nil }
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    func handshake() -> Transfer {
        ERR_clear_error()
        let transfer = outcome(unsafe SSL_do_handshake(ssl))
        if case .broken = transfer { failure = hasEnded ? "the client went away" : OpenSSLFailure().sentence }
        return transfer
    }

    func read(into buffer: inout [UInt8], atMost count: Int) -> Transfer {
        var transfer = Transfer.broken
        buffer.append(addingCapacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { space, filled in
                ERR_clear_error()
                let start = unsafe space.baseAddress?.advanced(by: filled)
                transfer = outcome(unsafe SSL_read(ssl, start, Int32(clamping: space.count - filled)))
                if case .done(let count) = transfer { filled += count }
            }
        }
        return transfer
    }

    func write(_ bytes: borrowing Span<UInt8>) -> Transfer {
        unsafe bytes.withUnsafeBytes { bytes in
            ERR_clear_error()
            return outcome(unsafe SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count)))
        }
    }

    /// Sends `close_notify`, so that the client can tell the end from a cut, and does not wait for its answer.
    func endWriting() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(ssl)
        socket.endWriting()
    }

    var certificate: [UInt8]? {
        guard let certificate = unsafe SSL_get1_peer_certificate(ssl) else { return nil }
        defer { unsafe X509_free(certificate) }
        return unsafe Self.encode(certificate)
    }

    var issuers: [[UInt8]] {
        // Of a client, seen from the server, the chain begins behind its own certificate.
        guard let chain = unsafe SSL_get_peer_cert_chain(ssl) else { return [] }
        return (0..<max(0, unsafe OPENSSL_sk_num(chain))).compactMap { index in
            unsafe OPENSSL_sk_value(chain, index).flatMap { unsafe Self.encode(OpaquePointer($0)) }
        }
    }

    private static func encode(_ certificate: OpaquePointer) -> [UInt8]? {
        let count = Int(unsafe i2d_X509(certificate, nil))
        guard count > 0 else { return nil }
        return [UInt8](capacity: count) { output in
            unsafe output.withUnsafeMutableBufferPointer { space, filled in
                var start = space.baseAddress
                filled = max(0, Int(unsafe i2d_X509(certificate, &start)))
            }
        }
    }

    var isEncrypted: Bool { true }

    var mayHaveUnread: Bool { unsafe watch.readiness.contains(.readable) || SSL_has_pending(ssl) == 1 }

    private func expect(_ host: WireText) -> Bool {
        if Address(host: host, port: 0) != nil {
            return unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.string) == 1
        }
        // RFC 6066 §3: an address is not named. RFC 9525 §6.3: a wildcard stands for a whole label.
        unsafe SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        guard !host.isEmpty, unsafe assent_ssl_set_server_name(ssl, host.string) == 1 else { return false }
        return unsafe SSL_set1_host(ssl, host.string) == 1
    }

    private func attach() -> Bool {
        guard let method = unsafe BIOMethod.shared.method, let bio = unsafe BIO_new(method) else { return false }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        unsafe SSL_set_bio(ssl, bio, bio)
        return true
    }

    private func outcome(_ result: Int32) -> Transfer {
        guard result <= 0 else { return .done(Int(result)) }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .blocked(.readable)
        case SSL_ERROR_WANT_WRITE: return .blocked(.writable)
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .broken
        }
    }

    // MARK: What the BIO asks

    fileprivate func receive(_ space: UnsafeMutableRawBufferPointer) -> Transfer {
        let transfer = unsafe socket.receive(into: space, watch)
        if case .ended = transfer { hasEnded = true }
        return transfer
    }

    fileprivate func send(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        unsafe socket.send(bytes, watch)
    }
}

/// The functions through which OpenSSL reaches a socket.
///
/// Unchecked, because the table is written once and read afterwards.
@safe
private struct BIOMethod: @unchecked Sendable {
    static let shared = BIOMethod()

    let method: OpaquePointer?

    private init() {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loop") else {
            unsafe self.method = nil
            return
        }
        unsafe BIO_meth_set_read(method) { bio, buffer, length in
            guard let bio = unsafe bio, let channel = unsafe TLSChannel.of(bio) else { return -1 }
            unsafe assent_bio_forget_retry(bio)
            let space = unsafe UnsafeMutableRawBufferPointer(start: buffer, count: Int(length))
            switch unsafe channel.receive(space) {
            case .done(let count): return Int32(clamping: count)
            case .blocked:
                unsafe assent_bio_retry_read(bio)
                return -1
            case .ended: return 0
            case .broken: return -1
            }
        }
        unsafe BIO_meth_set_write(method) { bio, buffer, length in
            guard let bio = unsafe bio, let channel = unsafe TLSChannel.of(bio) else { return -1 }
            unsafe assent_bio_forget_retry(bio)
            switch unsafe channel.send(UnsafeRawBufferPointer(start: buffer, count: Int(length))) {
            case .done(let count): return Int32(clamping: count)
            case .blocked:
                unsafe assent_bio_retry_write(bio)
                return -1
            case .ended, .broken: return -1
            }
        }
        unsafe BIO_meth_set_ctrl(method) { bio, command, _, _ in
            switch command {
            // Nothing is held back here.
            case BIO_CTRL_FLUSH: return 1
            case BIO_CTRL_EOF:
                guard let bio = unsafe bio, let channel = unsafe TLSChannel.of(bio) else { return 1 }
                return channel.hasEnded ? 1 : 0
            default: return 0
            }
        }
        unsafe self.method = method
    }
}

extension TLSChannel {
    /// The channel to which a BIO belongs; it outlives its BIO, because it frees it.
    fileprivate static func of(_ bio: OpaquePointer) -> TLSChannel? {
        guard let pointer = unsafe BIO_get_data(bio) else { return nil }
        return unsafe Unmanaged<TLSChannel>.fromOpaque(pointer).takeUnretainedValue()
    }
}

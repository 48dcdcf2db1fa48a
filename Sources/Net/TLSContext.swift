internal import COpenSSL
internal import Crypto
internal import Synchronization

/// Versions, suites, certificates and keys of one side of TLS.
///
/// Unchecked, because the compiler cannot see that `SSL_CTX` counts its owners and locks its session
/// cache by itself, and that nothing here changes it once the first connection is made.
@safe
package final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer
    /// Whether the authorities of the machine are still to be read.
    ///
    /// They may be one file of hundreds, which takes as long as all else that a start does, and many a server calls
    /// nobody.
    private let awaitsSystemAuthorities: Mutex<Bool>

    /// For a listener.
    package init(_ configuration: TLSConfiguration) throws(NetFailure) {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw .tls(OpenSSLFailure().sentence) }
        unsafe self.context = context
        awaitsSystemAuthorities = Mutex(false)
        try harden(from: configuration.minimumVersion)
        try use(configuration.certificateChain, configuration.privateKey)
        try ask(configuration.clientCertificates)
        rememberSessions()
        chooseProtocol()
    }

    /// For calling others.
    ///
    /// - Parameters:
    ///   - authorities: A PEM file of those we believe; the system's own where `nil`.
    ///   - certificate: What we show where a server asks.
    package init(trusting authorities: String? = nil, showing certificate: OwnCertificate? = nil) throws(NetFailure) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw .tls(OpenSSLFailure().sentence) }
        unsafe self.context = context
        awaitsSystemAuthorities = Mutex(authorities == nil)
        try harden(from: .tls12)
        if let authorities {
            try File.requireReadable(authorities)
            guard unsafe SSL_CTX_load_verify_locations(context, authorities, nil) == 1 else {
                throw .tls("\(authorities): \(OpenSSLFailure().sentence)")
            }
        }
        if let certificate { try use(certificate.chain, certificate.privateKey) }
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    /// PEM files of a certificate of ours and of its key.
    package struct OwnCertificate: Sendable {
        let chain: String
        let privateKey: String

        package init(chain: String, privateKey: String) {
            self.chain = chain
            self.privateKey = privateKey
        }
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// A new connection's side, which keeps the context alive.
    func makeConnection() -> OpaquePointer? {
        awaitsSystemAuthorities.withLock { awaits in
            // Where none can be read, nobody is believed, and the handshake says so.
            if awaits, unsafe SSL_CTX_set_default_verify_paths(context) != 1 { ERR_clear_error() }
            awaits = false
        }
        return unsafe SSL_new(context)
    }

    private func harden(from version: TLSConfiguration.Version) throws(NetFailure) {
        let oldest = version == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION
        // RFC 9325 §4.2: the four suites with ephemeral keys and AES-GCM; those of TLS 1.3 are as good by themselves.
        let suites = """
            ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
            ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384
            """
        guard unsafe assent_ssl_ctx_set_min_version(context, oldest) == 1,
            unsafe assent_ssl_ctx_set_max_version(context, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, suites) == 1,
            unsafe assent_ssl_ctx_set_groups(context, "X25519:P-256:P-384") == 1
        else { throw .tls(OpenSSLFailure().sentence) }
        _ = unsafe SSL_CTX_set_options(context, assent_ssl_options())
        unsafe assent_ssl_ctx_set_mode(context, assent_ssl_modes())
        // One read from the socket for a record, and not one for its head and one for its body.
        unsafe assent_ssl_ctx_set_read_ahead(context, 1)
        unsafe assent_ssl_ctx_set_certificate_bytes(context, Self.certificateBytes)
    }

    private func use(_ chain: String, _ key: String) throws(NetFailure) {
        // Asked here, because OpenSSL has no words for what the system says.
        try File.requireReadable(chain)
        try File.requireReadable(key)
        // A key with a passphrase is refused; asking for it would stop the process at its terminal.
        unsafe SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        guard unsafe SSL_CTX_use_certificate_chain_file(context, chain) == 1 else {
            throw .tls("\(chain): \(OpenSSLFailure().sentence)")
        }
        guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            // Also where it is a key, but not that of the certificate.
            throw .tls("\(key): \(OpenSSLFailure().sentence)")
        }
        guard let leaf = unsafe SSL_CTX_get0_certificate(context),
            unsafe X509_cmp_current_time(X509_get0_notAfter(leaf)) > 0
        else { throw .tls("\(chain) has expired") }
    }

    private func ask(_ certificates: TLSConfiguration.ClientCertificates) throws(NetFailure) {
        let mode: Int32
        switch certificates {
        case .none: return
        case .asked: mode = SSL_VERIFY_PEER
        case .required: mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        case .issued(let authorities):
            try File.requireReadable(authorities)
            guard unsafe SSL_CTX_load_verify_locations(context, authorities, nil) == 1,
                let names = unsafe SSL_load_client_CA_file(authorities)
            else { throw .tls("\(authorities): \(OpenSSLFailure().sentence)") }
            unsafe SSL_CTX_set_client_CA_list(context, names)
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            return
        }
        unsafe SSL_CTX_set_verify(context, mode, nil)
        // In the place of OpenSSL's own verification, not behind it: no chain of a stranger is walked.
        // The handshake proves that the client has the key, and what that is worth is decided elsewhere.
        unsafe SSL_CTX_set_cert_verify_callback(
            context,
            { store, _ in
                unsafe X509_STORE_CTX_set_error(store, X509_V_OK)
                return 1
            },
            nil
        )
    }

    /// Sessions are kept here, bounded, and not with the clients: there is no ticket key to be stolen, and
    /// a new context, as every reload makes one, has forgotten all of them.
    private func rememberSessions() {
        unsafe assent_ssl_ctx_set_session_cache(context, Int(SSL_SESS_CACHE_SERVER), Self.sessions)
        _ = unsafe SSL_CTX_set_timeout(context, Self.sessionSeconds)
        unsafe SSL_CTX_set_num_tickets(context, 1)
        let name: [UInt8] = Array("assent".utf8)
        _ = unsafe SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
    }

    /// RFC 7301 §3.2: HTTP/1.1, or no connection where the client wants something else by all means.
    private func chooseProtocol() {
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { _, chosen, length, offered, offeredLength, _ in
                unsafe assent_ssl_choose_http(chosen, length, offered, offeredLength)
            },
            nil
        )
    }

    /// A chain of four large certificates; a larger one is refused unread.
    private static let certificateBytes = 32_768
    private static let sessions = 4_096
    private static let sessionSeconds = 3_600
}

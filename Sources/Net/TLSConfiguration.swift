/// How a listener speaks TLS; the files are read when it starts and when it is told to reload.
package struct TLSConfiguration: Sendable, Hashable {
    /// The certificate and those between it and its root, in PEM, in this order.
    package var certificateChain: String
    /// The key of the first certificate, in PEM, without a passphrase.
    package var privateKey: String
    package var minimumVersion: Version
    package var clientCertificates: ClientCertificates

    package enum Version: Sendable, Hashable {
        case tls12
        case tls13
    }

    /// What a client is to show.
    ///
    /// Without a file of authorities every certificate passes the handshake: whether it belongs to a
    /// client of ours is decided where clients are known (RFC 8705), not here.
    package enum ClientCertificates: Sendable, Hashable {
        case none
        case asked
        case required
        /// Required, and issued by one of the authorities in this PEM file.
        case issued(byAuthoritiesIn: String)
    }

    package init(
        certificateChain: String,
        privateKey: String,
        minimumVersion: Version = .tls12,
        clientCertificates: ClientCertificates = .none
    ) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.minimumVersion = minimumVersion
        self.clientCertificates = clientCertificates
    }
}

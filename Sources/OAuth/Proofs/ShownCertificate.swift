package import Crypto

/// The certificate of a connection: the client has its key, and nothing else is known of it yet.
package struct ShownCertificate: Sendable, Hashable {
    /// As DER.
    package let der: [UInt8]
    /// What was shown with it, to say who stands behind it; as DER.
    package let issuers: [[UInt8]]
    /// `x5t#S256`: RFC 8705 §3.1.
    package let thumbprint: Fingerprint

    /// What the connection has, or what a trusted proxy says that it had.
    package init(der: [UInt8], issuers: [[UInt8]] = []) {
        self.der = der
        self.issuers = issuers
        thumbprint = Fingerprint(of: der)
    }
}

import Crypto
package import Text

/// `tls_client_auth`, RFC 8705 §2.1: a certificate of an authority that we believe, made out to the client.
package enum MutualTLS {
    /// The name in registrations and in discovery.
    package static let method: WireText = "tls_client_auth"

    /// Both must hold: the authority, because anybody can write any name into a certificate of their own, and the
    /// name, because the authority has issued certificates to others as well.
    static func decide(
        _ shown: ShownCertificate?,
        of name: CertificateName,
        believing authorities: CertificateAuthorities?,
        at now: Timestamp
    ) throws(Refusal) {
        guard let shown, let authorities, let certificate = try? Certificate(der: shown.der),
            name.names(certificate), authorities.haveIssued(certificate, through: shown.issuers, at: now)
        else { throw .clientCredentialsWrong }
    }
}

package import HTTP
internal import OAuth
package import Text

/// How clients' certificates reach us, and who is believed about them.
package struct CertificateIntake: Sendable {
    /// Whether any can: in the handshake, or from a proxy that ends TLS for us.
    package let isOpen: Bool
    /// The proxies that are believed, by the address of their sockets; `unix` for those on this machine.
    package let proxies: Set<WireText>
    /// Whether they tell us what was shown to them: not where clients have a listener that ends their TLS here.
    package let readsFields: Bool
    /// Where clients call with their certificates, where that is another host: RFC 8705 §5.
    package let origin: WireText?

    /// By default nobody is asked for a certificate, and no header says that there was one.
    package init(
        isOpen: Bool = false,
        proxies: Set<WireText> = [],
        readsFields: Bool = true,
        origin: WireText? = nil
    ) {
        self.isOpen = isOpen
        self.proxies = proxies
        self.readsFields = readsFields
        self.origin = origin
    }

    /// The request with the certificate of the client who made it, and not that of the proxy between.
    ///
    /// RFC 9440 §4: what strangers write into these fields is not even read.
    package func admit(_ request: Request) throws(ForwardedCertificate.Failure) -> Request {
        guard proxies.contains(request.peer.address) else { return request }
        var request = request
        // Behind a proxy everybody has its address.
        request.peer.network = nil
        // A proxy that lets TLS through to us cannot take away what the client wrote inside.
        guard readsFields else { return request }
        let forwarded = try ForwardedCertificate(request.fields)
        request.peer.certificate = forwarded.certificate
        request.peer.issuers = forwarded.issuers
        return request
    }
}

extension House {
    /// The hosts that we are found at: the issuer's, and the one for certificates.
    var hosts: Set<WireText> {
        Set([issuer.authority, certificates.origin.flatMap { URIReference($0)?.authority }].compactMap { $0 })
    }
}

extension Peer {
    /// The certificate as the rules of OAuth see it.
    var shownCertificate: ShownCertificate? {
        certificate.map { ShownCertificate(der: $0, issuers: issuers) }
    }
}

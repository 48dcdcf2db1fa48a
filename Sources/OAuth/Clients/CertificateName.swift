package import Crypto
package import Text

/// The one name by which the certificates of a client are known: RFC 8705 §2.1.2.
package struct CertificateName: Sendable {
    /// The member of the registration, and what stood there.
    package let member: WireText
    package let text: WireText
    private let form: Form

    private enum Form {
        case subject(DistinguishedName)
        case dns(WireText)
        case uri(WireText)
        /// Four bytes or sixteen.
        case address([UInt8])
        case email(WireText)
    }

    /// The members of a registration, exactly one of which says which name it is.
    package static let members: [WireText] = [
        "tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri",
        "tls_client_auth_san_ip", "tls_client_auth_san_email",
    ]

    /// The name that a member holds; `nil` where it is none.
    package init?(_ member: WireText, _ text: WireText) {
        guard !text.isEmpty, text.byteCount <= Limits.distinguishedNameBytes else { return nil }
        self.member = member
        self.text = text
        switch member {
        case "tls_client_auth_subject_dn":
            guard let name = DistinguishedName(text) else { return nil }
            form = .subject(name)
        case "tls_client_auth_san_dns":
            // A pattern is no name: whoever has a certificate for one host would be the client.
            guard text.isVisibleASCII, !text.utf8.contains(UInt8(ascii: "*")) else { return nil }
            form = .dns(text.lowercasedASCII)
        case "tls_client_auth_san_uri":
            guard URIReference(text)?.scheme != nil else { return nil }
            form = .uri(text)
        case "tls_client_auth_san_ip":
            guard let bytes = IPAddress.bytes(of: text) else { return nil }
            form = .address(bytes)
        case "tls_client_auth_san_email":
            guard let mailbox = Self.mailbox(text) else { return nil }
            form = .email(mailbox)
        default: return nil
        }
    }

    /// Whether the certificate has this name, in the place for names of this kind and in no other.
    package func names(_ certificate: Certificate) -> Bool {
        switch form {
        case .subject(let name): name.isSubject(of: certificate)
        case .dns(let name):
            certificate.alternativeNames.contains { shown in
                guard case .dns(let shown) = shown else { return false }
                return shown.lowercasedASCII == name
            }
        case .uri(let uri): certificate.alternativeNames.contains(.uri(uri))
        case .address(let bytes): certificate.alternativeNames.contains(.address(bytes))
        case .email(let mailbox):
            certificate.alternativeNames.contains { shown in
                guard case .email(let shown) = shown else { return false }
                return Self.mailbox(shown) == mailbox
            }
        }
    }

    /// RFC 5280 §7.5: the case of the host means nothing, that of the mailbox does.
    private static func mailbox(_ text: WireText) -> WireText? {
        let parts = text.split(at: UInt8(ascii: "@"))
        guard text.isVisibleASCII, parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return WireText("\(parts[0])@\(parts[1].lowercasedASCII)")
    }
}

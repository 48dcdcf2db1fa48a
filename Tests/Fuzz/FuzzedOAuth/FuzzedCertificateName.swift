import Crypto
import Fuzzing
import OAuth
import Text

/// No name but its own is that of a certificate.
enum FuzzedCertificateName {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let certificate else { throw Broken("the certificate of the example is refused") }
        guard let text = WireText(bytes) else { return .refused }
        var verdict = Verdict.refused
        for member in CertificateName.members {
            guard let name = CertificateName(member, text) else { continue }
            verdict = .accepted
            guard name.names(certificate) else { continue }
            let letters = text.lowercasedASCII.utf8.filter { $0 != .space }
            switch member {
            case "tls_client_auth_san_uri": try require(text == "https://tpp.example/id", "another URI")
            case "tls_client_auth_san_dns": try require(text.lowercasedASCII == "tpp.example", "another host")
            case "tls_client_auth_san_email":
                try require(text.lowercasedASCII == "ops@tpp.example" && text.hasPrefix("Ops@"), "another mailbox")
            case "tls_client_auth_san_ip": try require(letters.contains { $0.hexValue != nil }, "another address")
            default:
                // The subject has 25 bytes of values; escapes and numbers in place of names only make it longer.
                try require(letters.count >= 25 && letters.contains(UInt8(ascii: "=")), "another subject")
            }
        }
        return verdict
    }

    private static let certificate = Base64.decode(WireText(example)).flatMap { try? Certificate(der: $0) }

    /// `C=GB, O=Sample Third Party, 2.5.4.97=PSDGB-FCA-123456, CN=tpp-1`, with a name of each other kind.
    private static let example = """
        MIIB8jCCAZigAwIBAgIUZtbptDj+N8Ih+V0L4AX3DqWq2QcwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQU2FtcGxlIEF1dGhvcml0\
        eTAgFw0yNjAxMDEwMDAwMDBaGA8yMTI2MDEwMTAwMDAwMFowVTELMAkGA1UEBhMCR0IxGzAZBgNVBAoMElNhbXBsZSBUaGlyZCBQ\
        YXJ0eTEZMBcGA1UEYQwQUFNER0ItRkNBLTEyMzQ1NjEOMAwGA1UEAwwFdHBwLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQe\
        LcMms9rnOI2ZX0wUkz347kaaZ1vNPt6rLw8/rp8tBxDcAHxt5OSIk2T2JM5VHqqEDMgT4onsdwSeXJw/RyVEo34wfDAMBgNVHRMB\
        Af8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMFcGA1UdEQRQME6CC3RwcC5leGFtcGxlhhZodHRwczovL3RwcC5leGFtcGxlL2lk\
        gQ9PcHNAVFBQLmV4YW1wbGWHBMAAAgeHECABDbgAAAAAAAAAAAAAAAcwCgYIKoZIzj0EAwIDSAAwRQIgAud2kxYiB4B/gSLulaHe\
        8u1ICLfa3Bf93kLke+tWbv0CIQDaVtVRy3JwO0S81Mq68t2PgHexAbpsW6s9sOscfA1dTw==
        """
}

import Crypto
import Fuzzing
import Text

/// A certificate is known by what it holds, and is made out to whom it says.
enum FuzzedCertificate {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let certificate = try? Certificate(der: bytes) else { return .refused }
        try require(certificate.der == bytes && certificate.thumbprint == Fingerprint(of: bytes), "another certificate")
        try require((try? Certificate(pem: WireText(certificate.pem))) == certificate, "what was written is another")
        for name in certificate.alternativeNames {
            switch name {
            case .dns(let text), .uri(let text), .email(let text):
                try require(text.isVisibleASCII, "a name that ends within itself")
            case .address: break
            }
        }
        _ = certificate.organisations
        _ = certificate.paymentServiceRoles
        // Not every name can be written as RFC 4514 has it; one that can be is that of the certificate. A NumericString is
        // written like any other, and is then none.
        if let name = DistinguishedName(certificate.subject), !certificate.subjectDER.contains(Self.numericString) {
            try require(name.isSubject(of: certificate), "the certificate is made out to somebody else")
        }
        return .accepted
    }

    private static let numericString: UInt8 = 0x12
}

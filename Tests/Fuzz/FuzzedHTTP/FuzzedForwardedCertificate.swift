import Fuzzing
import HTTP
import Text

/// The certificates of a proxy's fields, written again, are the same ones.
enum FuzzedForwardedCertificate {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let (first, second) = bytes.halves
        guard let shown = read(WireText(first), WireText(second)), let certificate = shown.certificate else {
            return .refused
        }
        let chain = shown.issuers.map(item).joined(separator: ", ")
        let again = read(WireText(item(certificate)), WireText(chain))
        try require(again == shown, "what was written is something else")
        return .accepted
    }

    private static func item(_ der: [UInt8]) -> String { ":\(Base64.encode(der)):" }

    private static func read(_ certificate: WireText?, _ chain: WireText?) -> ForwardedCertificate? {
        guard let certificate = certificate.flatMap({ FieldValue($0) }), let chain = chain.flatMap({ FieldValue($0) })
        else { return nil }
        var fields = Fields()
        fields.append(.clientCert, certificate)
        if !chain.text.isEmpty { fields.append(.clientCertChain, chain) }
        return try? ForwardedCertificate(fields)
    }
}

import Crypto
package import Text

/// A signed token that was taken apart and not yet believed: RFC 7515 §5.2.
package struct JWS: Sendable {
    package let header: Header
    private let form: CompactForm
    private let decodedPayload: [UInt8]
    private let signature: [UInt8]

    /// Decodes all three parts and reads the header, but verifies nothing.
    package init(_ token: WireText) throws(JOSEFailure) {
        form = try CompactForm(token)
        header = try Header(JSON.object(try form.header()))
        decodedPayload = try form.payload()
        signature = try form.signature()
    }

    /// What the token says about its sender, only to find out whose keys to ask.
    package func unverifiedClaims() throws(JOSEFailure) -> JSON {
        try JSON.object(decodedPayload)
    }

    /// The payload, where one of these keys signed it with one of these algorithms.
    package func payload(signedBy keys: JWKSet, allowing algorithms: Set<Algorithm>) throws(JOSEFailure) -> [UInt8] {
        guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed(header.algorithm) }
        let verifier = try KeySelection.verifier(for: header, among: keys)
        guard verifier.accepts(signature.span, of: form.bytes.span.extracting(form.signedRange)) else {
            throw .badSignature
        }
        return decodedPayload
    }

    /// The payload, where it was signed with the key that we share with its sender.
    package func payload(signedBy key: SharedKey) throws(JOSEFailure) -> [UInt8] {
        guard header.algorithm == .hs256 else { throw .algorithmNotAllowed(header.algorithm) }
        if let keyID = header.keyID, let expected = key.keyID, keyID != expected { throw .unknownKey }
        guard key.accepts(signature, of: form.bytes.span.extracting(form.signedRange)) else { throw .badSignature }
        return decodedPayload
    }
}

package import Crypto
package import Text

/// A token that brings the key it is signed with: a DPoP proof, RFC 9449 §4.2, and no other kind of token.
///
/// It proves that its sender has the key. Whose key that is, it does not say.
package struct ProofToken: Sendable {
    /// The key in the header, which is a public one.
    package let key: PublicKey
    /// An object.
    package let claims: JSON

    /// Verifies by the key in the header, for tokens of this `typ` only.
    package init(_ token: WireText, ofType type: WireText, allowing algorithms: Set<Algorithm>) throws(JOSEFailure) {
        let form = try CompactForm(token)
        let json = try JSON.object(try form.header())
        let header = try Header(json)
        // RFC 8725 §3.11: a token of another kind, with a `jwk` put into its header, is no proof.
        guard header.isOfType(type) else { throw .badHeader("typ") }
        guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed(header.algorithm) }
        guard let member = json["jwk"] else { throw .badHeader("jwk") }
        let jwk = try JWK(member)
        guard let verifier = jwk.verifier(for: header.algorithm) else { throw .keyForOtherUse }
        let payload = try form.payload()
        let signature = try form.signature()
        guard verifier.accepts(signature.span, of: form.bytes.span.extracting(form.signedRange)) else {
            throw .badSignature
        }
        key = jwk.key
        claims = try JSON.object(payload)
    }
}

import Crypto
package import Text

/// The S256 challenge of PKCE: RFC 7636.
///
/// The method `plain` is not written.
package struct Challenge: Sendable, Hashable {
    private let digest: Fingerprint

    /// Reads `code_challenge` and its method, both of which must be there.
    package init(_ fields: AuthorizationFields) throws(Refusal) {
        guard let text = fields[.codeChallenge] else { throw .challengeMissing }
        // RFC 7636 §4.3: an absent method means `plain`.
        guard fields[.codeChallengeMethod] == "S256" else { throw .challengeMethodUnsupported }
        guard let bytes = Base64URL.decode(text), let digest = Fingerprint(bytes: bytes) else {
            throw .challengeMalformed
        }
        self.digest = digest
    }

    /// Takes back what `bytes` gave.
    package init?(bytes: [UInt8]) {
        guard let digest = Fingerprint(bytes: bytes) else { return nil }
        self.digest = digest
    }

    /// As a store keeps it.
    package var bytes: [UInt8] { digest.bytes }

    /// RFC 7636 §4.6: a verifier that could never fit is one that does not.
    package func verify(_ verifier: WireText) throws(Refusal) {
        guard (43...128).contains(verifier.byteCount), verifier.utf8.allSatisfy(\.isUnreserved),
            ConstantTime.equal(Fingerprint(of: verifier), digest)
        else { throw .verifierDiffers }
    }
}

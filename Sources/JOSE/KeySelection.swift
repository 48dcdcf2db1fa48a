package import Crypto
import Text

/// Which key a header means: one, or none.
package enum KeySelection {
    /// - Throws: `unknownKey`, `ambiguousKey` or `keyForOtherUse`; there is no trying of one key after the other.
    package static func verifier(for header: Header, among set: JWKSet) throws(JOSEFailure) -> Verifier {
        guard let keyID = header.keyID else { return try only(fitting: header.algorithm, among: set) }
        guard let key = set.keys.first(where: { $0.keyID == keyID }) else { throw .unknownKey }
        guard let verifier = key.verifier(for: header.algorithm) else { throw .keyForOtherUse }
        return verifier
    }

    /// The key to encrypt a token to: the only one that is for it.
    package static func encryptionKey(for encryption: KeyEncryption, among set: JWKSet) throws(JOSEFailure) -> JWK {
        let fitting = set.keys.filter { $0.accepts(encryption) }
        guard let key = fitting.first else { throw .unknownKey }
        guard fitting.count == 1 else { throw .ambiguousKey }
        return key
    }

    private static func only(fitting algorithm: Algorithm, among set: JWKSet) throws(JOSEFailure) -> Verifier {
        let fitting = set.keys.compactMap { $0.verifier(for: algorithm) }
        guard let verifier = fitting.first else { throw .unknownKey }
        guard fitting.count == 1 else { throw .ambiguousKey }
        return verifier
    }
}

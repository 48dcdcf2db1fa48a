package import Crypto
package import Text

/// Why a token or a key was not taken; a case a reason, none of which a client reads.
package enum JOSEFailure: Error, Sendable, Hashable {
    // MARK: The spelling of a token

    /// Longer than `Limits.tokenBytes`.
    case tooLong
    /// Not three parts between two dots.
    case notCompact
    /// A part that is not Base64url in its one canonical form.
    case badBase64URL
    /// A header or a payload that is not JSON, or that two readers could read differently.
    case badJSON(JSONReader.Failure.Reason)
    /// JSON, but no object.
    case notAnObject

    // MARK: Its header

    /// A member that is missing or of the wrong type.
    case badHeader(WireText)
    /// An algorithm that we do not know, `none` among them.
    case unknownAlgorithm
    /// An algorithm that we know and that is not allowed here.
    case algorithmNotAllowed(Algorithm)
    /// Something that must be understood: `crit`, `b64`, `zip` or `enc`.
    case unsupportedHeader(WireText)

    // MARK: Its key and its signature

    /// No key of the set is meant.
    case unknownKey
    /// Several keys of the set could be meant.
    case ambiguousKey
    /// A key that is meant, but for something else.
    case keyForOtherUse
    case badSignature
    /// Encrypted to another key, or changed on its way; nobody is told which.
    case notEncryptedToUs
    /// OpenSSL could not make a signature.
    case signing(OpenSSLFailure)
    /// OpenSSL could not encrypt.
    case encryption(OpenSSLFailure)
    /// There were no random bytes.
    case entropy(EntropyFailure)

    // MARK: Keys

    /// A member of a key that is missing or of the wrong type.
    case badKey(WireText)
    /// A kind of key, a curve, a use or an algorithm that we have no use for.
    case unsupportedKey(WireText)
    /// A key that Crypto refuses.
    case keyRefused(KeyRefusal)
    /// A private or a shared key where public ones are published.
    case secretInPublicKey
    /// A shared key of fewer than 256 bits: RFC 7518 §3.2.
    case sharedKeyTooShort
    /// Two keys of a set under one name.
    case duplicateKeyID(WireText)
    /// More keys than `Limits.keysInSet`.
    case tooManyKeys
}

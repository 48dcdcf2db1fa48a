/// Why a key is not one we work with.
package enum KeyRefusal: Error, Sendable, Hashable {
    /// Not the encoding that was announced, or bytes after its end.
    case malformed
    /// A kind of key, or a curve, that no algorithm of ours uses.
    case unsupportedKind
    /// A coordinate or a key that is shorter or longer than its curve says.
    case wrongLength
    /// The coordinates are those of no point of the curve.
    case notOnCurve
    /// A point that makes signatures valid for every message.
    case smallOrder
    /// An RSA modulus that is too short to be safe or too long to be affordable.
    case modulusBits(Int)
    /// An RSA modulus that is even.
    case evenModulus
    /// An RSA exponent that is even, below 65537, or longer than four bytes.
    case exponent
    /// A number with zero bytes in front: RFC 7518 §2 wants the shortest form.
    case leadingZero
    /// A private part that does not belong to the public one.
    case notAPair
    /// OpenSSL refused, for a reason that is none of the above.
    case openSSL(OpenSSLFailure)
}

/// The signatures we make and check, under the names of RFC 7518 §3.1 and RFC 8037 §3.1.
package enum SignatureAlgorithm: Sendable, Hashable, CaseIterable {
    /// ECDSA on P-256 with SHA-256; a signature is `r` and `s` in 32 bytes each, never DER.
    case es256
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    case ps256
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256
    /// EdDSA on Curve25519.
    case edDSA

    /// The kind of key that this algorithm takes, and no other.
    package var kind: KeyKind {
        switch self {
        case .es256: .p256
        case .ps256, .rs256: .rsa
        case .edDSA: .ed25519
        }
    }
}

/// The kinds of keys we work with.
package enum KeyKind: Sendable, Hashable, CaseIterable {
    case p256
    case rsa
    case ed25519
}

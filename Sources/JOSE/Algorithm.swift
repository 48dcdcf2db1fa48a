package import Crypto
package import Text

/// A signature algorithm that may be asked for: RFC 7518 §3.1, RFC 8037 §3.1.
///
/// What is not here is not switched off but not written: `none` above all.
package enum Algorithm: Sendable, Hashable, CaseIterable {
    case es256
    case ps256
    case rs256
    case edDSA
    case hs256

    /// Names are compared byte by byte: `Es256` is the name of nothing.
    package init?(_ name: WireText) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    package var name: WireText {
        switch self {
        case .es256: "ES256"
        case .ps256: "PS256"
        case .rs256: "RS256"
        case .edDSA: "EdDSA"
        case .hs256: "HS256"
        }
    }

    /// The algorithm of the public key, where it is one with public keys.
    package var signature: SignatureAlgorithm? {
        switch self {
        case .es256: .es256
        case .ps256: .ps256
        case .rs256: .rs256
        case .edDSA: .edDSA
        case .hs256: nil
        }
    }
}

/// How the key of an encrypted token is passed on: RFC 7518 §4.1.
///
/// `RSA1_5`, key wrapping, `dir` and passwords are not written.
package enum KeyEncryption: Sendable, Hashable, CaseIterable {
    case rsaOAEP
    case rsaOAEP256
    case ecdhES

    package init?(_ name: WireText) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    package var name: WireText {
        switch self {
        case .rsaOAEP: "RSA-OAEP"
        case .rsaOAEP256: "RSA-OAEP-256"
        case .ecdhES: "ECDH-ES"
        }
    }

    package var kind: KeyKind {
        switch self {
        case .rsaOAEP, .rsaOAEP256: .rsa
        case .ecdhES: .p256
        }
    }
}

/// How the content of an encrypted token is encrypted: RFC 7518 §5.1.
package enum ContentEncryption: Sendable, Hashable, CaseIterable {
    case a128GCM
    case a256GCM

    package init?(_ name: WireText) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    package var name: WireText {
        switch self {
        case .a128GCM: "A128GCM"
        case .a256GCM: "A256GCM"
        }
    }

    package var keyBytes: Int {
        switch self {
        case .a128GCM: 16
        case .a256GCM: 32
        }
    }
}

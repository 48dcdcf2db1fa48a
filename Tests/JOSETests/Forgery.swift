import Crypto
import JOSE
import Text

/// A key pair that signs whatever a test wants signed.
struct Forger {
    let key: PrivateKey
    let algorithm: Algorithm
    let signer: Signer

    init(_ algorithm: Algorithm = .es256) throws {
        key =
            switch algorithm {
            case .es256: try PrivateKey.generate(.p256)
            case .edDSA: try PrivateKey.generate(.ed25519)
            case .ps256, .rs256, .hs256: try Self.rsa.get()
            }
        self.algorithm = algorithm
        guard let signature = algorithm.signature, let signer = Signer(key, signature) else {
            throw KeyRefusal.unsupportedKind
        }
        self.signer = signer
    }

    /// One for all tests, because making one takes a tenth of a second.
    private static let rsa = Result { () throws(KeyRefusal) in try PrivateKey.generate(.rsa(bits: 2_048)) }

    func jwk(_ keyID: WireText? = "k") -> JWK { JWK(key.publicKey, keyID: keyID) }

    func set(_ keyID: WireText? = "k") throws -> JWKSet { try JWKSet([jwk(keyID)]) }

    /// A token with these very bytes in it and a signature that fits.
    func token(header: [UInt8], payload: [UInt8] = Array("{}".utf8)) throws -> WireText {
        let signed = "\(Base64URL.encode(header)).\(Base64URL.encode(payload))"
        return WireText("\(signed).\(Base64URL.encode(try signer.sign(Array(signed.utf8))))")
    }

    func token(header: String, payload: String = "{}") throws -> WireText {
        try token(header: Array(header.utf8), payload: Array(payload.utf8))
    }

    func token(payload: String) throws -> WireText {
        try token(header: #"{"alg":"\#(algorithm.name)","kid":"k"}"#, payload: payload)
    }
}

extension JWS {
    /// Everything a reader does, in one step.
    static func read(_ token: WireText, _ keys: JWKSet, _ allowed: Set<Algorithm> = [.es256]) throws(JOSEFailure)
        -> [UInt8]
    {
        try JWS(token).payload(signedBy: keys, allowing: allowed)
    }
}

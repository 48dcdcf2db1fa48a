package import Crypto
package import JOSE
package import Text

/// Proofs of possession: RFC 9449 §4.2.
package struct SampleProof: Sendable {
    /// What signs it, and stands in its header.
    package let key: PrivateKey
    private let algorithm: Algorithm
    private let signer: Signer

    package init(_ algorithm: Algorithm = .es256) {
        let template: PrivateKey.Template =
            switch algorithm {
            case .es256: .p256
            case .edDSA: .ed25519
            case .ps256, .rs256, .hs256: .rsa(bits: 2_048)
            }
        guard let key = try? PrivateKey.generate(template), let signature = algorithm.signature,
            let signer = Signer(key, signature)
        else { preconditionFailure("OpenSSL makes keys of the kinds that we have.") }
        self.key = key
        self.algorithm = algorithm
        self.signer = signer
    }

    /// The `jkt` of the key.
    package var thumbprint: Fingerprint {
        guard let bytes = Base64URL.decode(key.publicKey.thumbprint), let print = Fingerprint(bytes: bytes) else {
            preconditionFailure("A thumbprint is a SHA-256.")
        }
        return print
    }

    /// The claims of a proof for the token endpoint, made at noon, in which nothing is wrong.
    package static let claims: JSON = [
        "htm": "POST", "htu": "https://bank.example/token", "jti": "proof-1",
        "iat": .integer(Timestamp.noon.seconds),
    ]

    /// A proof, with some members in the place of others, or without those that are `nil`.
    package func text(
        changing changes: [WireText: JSON?] = [:],
        header: [WireText: JSON?] = [:]
    ) -> WireText {
        let jwk = JWK(key.publicKey, keyID: nil).json
        let plain: JSON = ["typ": "dpop+jwt", "alg": .text(algorithm.name), "jwk": jwk]
        let signed = [plain.changed(header), Self.claims.changed(changes)]
            .map { Base64URL.encode(JSONWriter.write($0)) }.joined(separator: ".")
        guard let signature = try? signer.sign(Array(signed.utf8)) else {
            preconditionFailure("A key that was made can sign.")
        }
        return WireText("\(signed).\(Base64URL.encode(signature))")
    }

    /// The `ath` of an access token.
    package static func hash(of token: WireText) -> JSON {
        .text(WireText(Base64URL.encode(Fingerprint(of: token).bytes)))
    }
}

extension JSON {
    fileprivate func changed(_ changes: [WireText: JSON?]) -> JSON {
        let unchanged = (members ?? []).filter { changes[$0.name] == nil }
        return .object(unchanged + changes.compactMap { name, value in value.map { Member(name, $0) } })
    }
}

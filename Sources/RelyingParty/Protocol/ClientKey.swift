package import Crypto
package import JOSE
package import Text

/// A key with which a client signs: its assertions, its request objects, its proofs.
package struct ClientKey: Sendable {
    package let key: PrivateKey
    package let algorithm: Algorithm
    package let keyID: WireText

    package init(_ key: PrivateKey, algorithm: Algorithm, keyID: WireText? = nil) {
        self.key = key
        self.algorithm = algorithm
        self.keyID = keyID ?? key.publicKey.thumbprint
    }

    /// A new P-256 key.
    package static func make() throws(PartyFailure) -> ClientKey {
        do { return ClientKey(try PrivateKey.generate(.p256), algorithm: .es256) } catch { throw .cryptography }
    }

    /// Reads a private JWK: RFC 7517 §9.1.
    package init(_ json: JSON) throws(PartyFailure) {
        let read: PrivateJWK
        do { read = try PrivateJWK(json) } catch { throw .setup("The private key of the client cannot be read.") }
        let named = json["alg"]?.text.flatMap { Algorithm($0) }
        self.init(read.key, algorithm: named ?? Self.algorithm(for: read.key), keyID: read.publicPart.keyID)
    }

    package init(pem: [UInt8], keyID: WireText? = nil) throws(PartyFailure) {
        let key: PrivateKey
        do { key = try PrivateKey(pem: pem.span) } catch {
            throw .setup("The private key of the client cannot be read.")
        }
        self.init(key, algorithm: Self.algorithm(for: key), keyID: keyID)
    }

    /// What a FAPI server takes from such a key.
    private static func algorithm(for key: PrivateKey) -> Algorithm {
        switch key.kind {
        case .p256: .es256
        case .ed25519: .edDSA
        case .rsa: .ps256
        }
    }

    /// The public part, as a client registers it.
    package var jwk: JSON {
        JWK(key.publicKey, keyID: keyID, use: .signature, algorithm: .signature(algorithm)).json
    }

    /// The whole, for the file of a client.
    package func privateJWK() throws(PartyFailure) -> JSON {
        let part = JWK(key.publicKey, keyID: keyID, use: .signature, algorithm: .signature(algorithm))
        do { return try PrivateJWK(key, publicPart: part).json() } catch { throw .cryptography }
    }

    /// A token in compact form, with the header as it is given: a test signs what no server should take.
    package func sign(_ claims: JSON, header: JSON) throws(PartyFailure) -> WireText {
        guard let signature = algorithm.signature, let signer = Signer(key, signature) else { throw .cryptography }
        let text = "\(Base64URL.encode(JSONWriter.write(header))).\(Base64URL.encode(JSONWriter.write(claims)))"
        let bytes: [UInt8]
        do { bytes = try signer.sign(Array(text.utf8)) } catch { throw .cryptography }
        return WireText("\(text).\(Base64URL.encode(bytes))")
    }

    package func sign(_ claims: JSON, type: WireText) throws(PartyFailure) -> WireText {
        try sign(claims, header: ["alg": .text(algorithm.name), "kid": .text(keyID), "typ": .text(type)])
    }
}

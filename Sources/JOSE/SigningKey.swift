package import Crypto
package import Text

/// A private key of ours with its name and its one algorithm, ready to sign.
package struct SigningKey: Sendable {
    /// The public part as it stands in our key set, named and bound to its algorithm.
    package let jwk: JWK
    package let keyID: WireText
    package let algorithm: Algorithm
    private let signer: Signer
    /// Encoded headers of the types of tokens that we issue all day.
    private let headers: [WireText: [UInt8]]

    /// - Parameters:
    ///   - keyID: The name under which the key is published; its thumbprint where there is none.
    ///   - types: The values of `typ` whose headers are made now instead of at each signature.
    /// - Returns: `nil` where the algorithm takes another kind of key.
    package init?(
        _ key: PrivateKey,
        algorithm: Algorithm,
        keyID: WireText? = nil,
        types: [WireText] = ["JWT", "at+jwt"]
    ) {
        guard let signature = algorithm.signature, let signer = Signer(key, signature) else { return nil }
        let keyID = keyID ?? key.publicKey.thumbprint
        self.signer = signer
        self.algorithm = algorithm
        self.keyID = keyID
        jwk = JWK(key.publicKey, keyID: keyID, use: .signature, algorithm: .signature(algorithm))
        var headers: [WireText: [UInt8]] = [:]
        for type in types { headers[type] = Self.header(algorithm, keyID, type) }
        self.headers = headers
    }

    /// A token in compact form.
    package func sign(_ payload: borrowing Span<UInt8>, type: WireText) throws(JOSEFailure) -> WireText {
        var token = headers[type] ?? Self.header(algorithm, keyID, type)
        // Room for the payload, two dots and the signature, so that the bytes are never moved.
        token.reserveCapacity(token.count + payload.count * 4 / 3 + 700)
        token.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &token)
        let signature: [UInt8]
        do { signature = try signer.sign(token.span) } catch { throw .signing(error) }
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature.span, to: &token)
        return WireText(String(decoding: token, as: UTF8.self))
    }

    package func sign(_ payload: [UInt8], type: WireText) throws(JOSEFailure) -> WireText {
        try sign(payload.span, type: type)
    }

    private static func header(_ algorithm: Algorithm, _ keyID: WireText, _ type: WireText) -> [UInt8] {
        let json: JSON = ["alg": .text(algorithm.name), "kid": .text(keyID), "typ": .text(type)]
        var encoded: [UInt8] = []
        Base64URL.append(JSONWriter.write(json).span, to: &encoded)
        return encoded
    }
}

import Crypto
package import Text

/// A key that two sides share, for HS256.
package struct SharedKey: Sendable {
    package let keyID: WireText?
    let code: HMACKey

    /// RFC 7518 §3.2: as long as the hash at least, so that it cannot be guessed from one token.
    package init(_ bytes: [UInt8], keyID: WireText? = nil) throws(JOSEFailure) {
        guard bytes.count >= 32 else { throw .sharedKeyTooShort }
        code = HMACKey(bytes)
        self.keyID = keyID
    }

    /// RFC 7518 §6.4.
    package init(_ json: JSON) throws(JOSEFailure) {
        guard let type = json["kty"]?.text else { throw .badKey("kty") }
        guard type == "oct" else { throw .unsupportedKey("kty") }
        let algorithm = try json.optionalText("alg", else: JOSEFailure.badKey)
        guard algorithm == nil || algorithm == "HS256" else { throw .unsupportedKey("alg") }
        try self.init(try json.bytes("k"), keyID: try json.optionalText("kid", else: JOSEFailure.badKey))
    }
}

extension SharedKey {
    func accepts(_ signature: [UInt8], of message: borrowing Span<UInt8>) -> Bool {
        ConstantTime.equal(signature, code.sha256(message))
    }
}

extension SharedKey {
    /// A token in compact form that only we read again; the same payload gives the same token.
    package func sign(_ payload: borrowing Span<UInt8>) -> WireText {
        var token = Self.header
        token.reserveCapacity(token.count + payload.count * 4 / 3 + 64)
        token.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &token)
        let signature = code.sha256(token.span)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature.span, to: &token)
        return WireText(String(decoding: token, as: UTF8.self))
    }

    /// `{"alg":"HS256","typ":"JWT"}`: the key is one of its kind, so it needs no name.
    private static let header: [UInt8] = {
        var encoded: [UInt8] = []
        Base64URL.append(JSONWriter.write(["alg": "HS256", "typ": "JWT"]).span, to: &encoded)
        return encoded
    }()
}

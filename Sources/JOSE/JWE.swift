package import Crypto
package import Text

/// Tokens encrypted for their receiver: RFC 7516 §5.
///
/// We only ever encrypt what we signed before. What we open is only text: whoever opened it still verifies it, so that
/// nothing passes for signed because it was encrypted to us.
package enum JWE {
    /// Encrypts a signed token to a key of its receiver: RFC 7519 §5.2, a nested token.
    package static func encrypt(
        _ token: WireText,
        to key: JWK,
        _ encryption: KeyEncryption,
        _ content: ContentEncryption,
        entropy: Entropy
    ) throws(JOSEFailure) -> WireText {
        guard key.accepts(encryption) else { throw .keyForOtherUse }
        var header: [JSON.Member] = [
            .init("alg", .text(encryption.name)), .init("enc", .text(content.name)), .init("cty", "JWT"),
        ]
        if let keyID = key.keyID { header.append(.init("kid", .text(keyID))) }
        return switch encryption {
        case .rsaOAEP: try wrap(token, header, key.key, .sha1, content, entropy)
        case .rsaOAEP256: try wrap(token, header, key.key, .sha256, content, entropy)
        case .ecdhES: try agree(token, header, key.key, content, entropy)
        }
    }

    /// RFC 7518 §4.3: a key made for this token goes with it, encrypted.
    private static func wrap(
        _ token: WireText,
        _ header: [JSON.Member],
        _ key: PublicKey,
        _ hash: RSAOAEP.Hash,
        _ content: ContentEncryption,
        _ entropy: Entropy
    ) throws(JOSEFailure) -> WireText {
        let nonce = try nonce(from: entropy)
        let contentKey: Secret
        do { contentKey = try entropy.secret(byteCount: content.keyBytes) } catch { throw .entropy(error) }
        let wrapped: [UInt8]
        do { wrapped = try RSAOAEP.encrypt(contentKey, to: key, hash: hash) } catch { throw .encryption(error) }
        return try seal(token, header, wrapped, contentKey, nonce)
    }

    /// RFC 7518 §4.6: the key is agreed on with a key pair made for this token, and nothing but its public part is sent.
    private static func agree(
        _ token: WireText,
        _ header: [JSON.Member],
        _ key: PublicKey,
        _ content: ContentEncryption,
        _ entropy: Entropy
    ) throws(JOSEFailure) -> WireText {
        let nonce = try nonce(from: entropy)
        let own: PrivateKey
        do { own = try PrivateKey.generate(.p256) } catch { throw .keyRefused(error) }
        let contentKey: Secret
        do { contentKey = try agreedKey(own, key, for: content) } catch { throw .encryption(error) }
        let header = header + [.init("epk", .object(own.publicKey.jwkMembers))]
        return try seal(token, header, [], contentKey, nonce)
    }

    /// RFC 7516 §5.1 steps 14 to 19.
    private static func seal(
        _ token: WireText,
        _ header: [JSON.Member],
        _ wrappedKey: [UInt8],
        _ contentKey: borrowing Secret,
        _ nonce: [UInt8]
    ) throws(JOSEFailure) -> WireText {
        var encrypted: [UInt8] = []
        Base64URL.append(JSONWriter.write(.object(header)).span, to: &encrypted)
        let sealed: AEAD.Sealed
        do {
            sealed = try AEAD.seal(token.utf8.span, key: contentKey, nonce: nonce, authenticating: encrypted.span)
        } catch {
            throw .encryption(error)
        }
        for part in [wrappedKey, nonce, sealed.ciphertext, sealed.tag] {
            encrypted.append(UInt8(ascii: "."))
            Base64URL.append(part.span, to: &encrypted)
        }
        return WireText(String(decoding: encrypted, as: UTF8.self))
    }

    /// The text that somebody encrypted to one of our keys: RFC 7516 §5.2.
    ///
    /// - Parameter keys: The first of each algorithm is the one that is meant where no key is named.
    package static func open(_ token: WireText, with keys: [OpeningKey]) throws(JOSEFailure) -> Opened {
        // Before any of it is looked at.
        guard token.byteCount <= Limits.tokenBytes else { throw .tooLong }
        let parts = token.split(at: UInt8(ascii: "."))
        guard parts.count == 5 else { throw .notCompact }
        var decoded: [[UInt8]] = []
        for part in parts {
            guard let bytes = Base64URL.decode(part) else { throw .badBase64URL }
            decoded.append(bytes)
        }
        let header = try EncryptedHeader(JSON.object(decoded[0]))
        let key = try selectKey(for: header, among: keys)
        let contentKey = try key.contentKey(header, wrapped: decoded[1])
        let sealed = AEAD.Sealed(ciphertext: decoded[3], tag: decoded[4])
        let plaintext = AEAD.open(sealed, key: contentKey, nonce: decoded[2], authenticating: parts[0].bytes.span)
        guard let plaintext, let text = WireText(plaintext) else { throw .notEncryptedToUs }
        return Opened(text: text, encryption: header.encryption, content: header.content)
    }

    /// What was inside, and how it was encrypted; who encrypted it, nobody knows.
    package struct Opened: Sendable, Hashable {
        package let text: WireText
        package let encryption: KeyEncryption
        package let content: ContentEncryption
    }

    /// One key, or none: there is no trying of one after the other.
    private static func selectKey(
        for header: EncryptedHeader,
        among keys: [OpeningKey]
    ) throws(JOSEFailure) -> OpeningKey {
        guard let keyID = header.keyID else {
            guard let key = keys.first(where: { $0.encryption == header.encryption }) else { throw .unknownKey }
            return key
        }
        guard let key = keys.first(where: { $0.keyID == keyID }) else { throw .unknownKey }
        guard key.encryption == header.encryption else { throw .keyForOtherUse }
        return key
    }

    private static func nonce(from entropy: Entropy) throws(JOSEFailure) -> [UInt8] {
        do { return try entropy.bytes(AEAD.nonceBytes) } catch { throw .entropy(error) }
    }

    /// RFC 7518 §4.6.2: the agreed secret becomes a key for one algorithm, named in what is hashed.
    ///
    /// `partyU` and `partyV` are `apu` and `apv`; we send neither.
    package static func agreedKey(
        _ own: PrivateKey,
        _ other: PublicKey,
        for content: ContentEncryption,
        partyU: [UInt8] = [],
        partyV: [UInt8] = []
    ) throws(OpenSSLFailure) -> Secret {
        let agreed = try KeyAgreement.p256(own, other)
        var info: [UInt8] = []
        for part in [content.name.bytes, partyU, partyV] {
            info.append(bigEndian: UInt32(part.count))
            info += part
        }
        info.append(bigEndian: UInt32(content.keyBytes * 8))
        return try KeyAgreement.concatKDF(agreed, info: info, length: content.keyBytes)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: number >> UInt32(shift))) }
    }
}

import COpenSSL
import Crypto
import JOSE
import Text

/// The receiver of our encrypted tokens: decryption lives in the tests, because the server never does it.
enum Decryption {
    static func decrypt(_ token: WireText, with key: PrivateKey) throws -> (header: JSON, plaintext: [UInt8])? {
        let parts = token.split(at: UInt8(ascii: "."))
        guard parts.count == 5 else { return nil }
        let decoded = parts.compactMap { Base64URL.decode($0) }
        guard decoded.count == 5 else { return nil }
        let header = try JSONReader.read(decoded[0])
        guard let encryption = header["alg"]?.text.flatMap({ KeyEncryption($0) }),
            let content = header["enc"]?.text.flatMap({ ContentEncryption($0) })
        else { return nil }
        let contentKey: [UInt8]
        switch encryption {
        case .rsaOAEP: contentKey = try unwrap(decoded[1], key, hash: EVP_sha1())
        case .rsaOAEP256: contentKey = try unwrap(decoded[1], key, hash: EVP_sha256())
        case .ecdhES:
            guard decoded[1].isEmpty, let ephemeral = header["epk"] else { return nil }
            let agreed = try JWE.agreedKey(key, try JWK(ephemeral).key, for: content)
            contentKey = agreed.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        }
        guard contentKey.count == content.keyBytes else { return nil }
        let plaintext = open(decoded[3], contentKey, nonce: decoded[2], tag: decoded[4], additional: parts[0].bytes)
        return plaintext.map { (header, $0) }
    }

    private static func unwrap(_ wrapped: [UInt8], _ key: PrivateKey, hash: OpaquePointer?) throws -> [UInt8] {
        let pem = try key.pem()
        let text = pem.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        let source = BIO_new_mem_buf(text, Int32(text.count))
        defer { BIO_free(source) }
        let opened = PEM_read_bio_PrivateKey(source, nil, nil, nil)
        defer { EVP_PKEY_free(opened) }
        let context = EVP_PKEY_CTX_new(opened, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var secret = [UInt8](repeating: 0, count: 512)
        var length = secret.count
        guard EVP_PKEY_decrypt_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, hash) == 1, EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash) == 1,
            EVP_PKEY_decrypt(context, &secret, &length, wrapped, wrapped.count) == 1
        else { return [] }
        return Array(secret.prefix(length))
    }

    private static func open(
        _ ciphertext: [UInt8],
        _ key: [UInt8],
        nonce: [UInt8],
        tag: [UInt8],
        additional: [UInt8]
    ) -> [UInt8]? {
        let context = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(context) }
        var plaintext = [UInt8](repeating: 0, count: ciphertext.count + 16)
        var tag = tag
        var length: Int32 = 0
        var rest: Int32 = 0
        let cipher = key.count == 16 ? EVP_aes_128_gcm() : EVP_aes_256_gcm()
        guard nonce.count == 12, tag.count == 16, EVP_DecryptInit_ex(context, cipher, nil, key, nonce) == 1,
            EVP_DecryptUpdate(context, nil, &length, additional, Int32(additional.count)) == 1,
            EVP_DecryptUpdate(context, &plaintext, &length, ciphertext, Int32(ciphertext.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1,
            EVP_DecryptFinal_ex(context, &plaintext, &rest) == 1
        else { return nil }
        return Array(plaintext.prefix(Int(length)))
    }
}

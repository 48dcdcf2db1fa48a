import COpenSSL

/// AES-GCM: NIST SP 800-38D.
package enum AEAD {
    /// What is sent: as long as the plaintext, and 16 bytes that prove it whole.
    package struct Sealed: Sendable, Hashable {
        package let ciphertext: [UInt8]
        package let tag: [UInt8]

        package init(ciphertext: [UInt8], tag: [UInt8]) {
            self.ciphertext = ciphertext
            self.tag = tag
        }
    }

    package static let nonceBytes = 12

    /// - Parameters:
    ///   - key: 16 or 32 bytes; they choose between AES-128 and AES-256.
    ///   - nonce: 12 bytes, never used with this key before.
    package static func seal(
        _ plaintext: borrowing Span<UInt8>,
        key: borrowing Secret,
        nonce: [UInt8],
        authenticating additional: borrowing Span<UInt8>
    ) throws(OpenSSLFailure) -> Sealed {
        precondition(nonce.count == nonceBytes, "A nonce of GCM has 96 bits.")
        let cipher = Cipher.gcm(keyBytes: key.byteCount)
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var tag = [UInt8](repeating: 0, count: 16)
        let started = key.withBytes { key in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe EVP_EncryptInit_ex2(context, cipher.pointer, key.baseAddress, nonce, nil) == 1
            }
        }
        guard started, unsafe authenticate(additional, context) else { throw OpenSSLFailure() }
        let length = plaintext.count
        var succeeded = false
        let ciphertext = unsafe [UInt8](unsafeUninitializedCapacity: length + 1) { output, count in
            succeeded = unsafe plaintext.withUnsafeBufferPointer { input in
                var written: Int32 = 0
                var rest: Int32 = 0
                return
                    unsafe (input.isEmpty
                    || EVP_EncryptUpdate(
                        context,
                        output.baseAddress,
                        &written,
                        input.baseAddress,
                        Int32(clamping: length)
                    )
                        == 1)
                    && EVP_EncryptFinal_ex(context, output.baseAddress.map { unsafe $0 + Int(written) }, &rest) == 1
                    && Int(written + rest) == length
                    && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1
            }
            count = succeeded ? length : 0
        }
        guard succeeded else { throw OpenSSLFailure() }
        return Sealed(ciphertext: ciphertext, tag: tag)
    }

    /// The plaintext, where ciphertext, tag and what was authenticated belong together; `nil` for everything else.
    package static func open(
        _ sealed: Sealed,
        key: borrowing Secret,
        nonce: [UInt8],
        authenticating additional: borrowing Span<UInt8>
    ) -> [UInt8]? {
        guard nonce.count == nonceBytes, sealed.tag.count == tagBytes else { return nil }
        let cipher = Cipher.gcm(keyBytes: key.byteCount)
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let started = key.withBytes { key in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe EVP_DecryptInit_ex2(context, cipher.pointer, key.baseAddress, nonce, nil) == 1
            }
        }
        guard started, unsafe authenticateOpening(additional, context) else {
            OpenSSLFailure.discard()
            return nil
        }
        let count = Int32(clamping: sealed.ciphertext.count)
        var tag = sealed.tag
        var plaintext = [UInt8](repeating: 0, count: sealed.ciphertext.count)
        // GCM has nothing left at its end.
        var tail = [UInt8](repeating: 0, count: 16)
        var length: Int32 = 0
        var rest: Int32 = 0
        let isWhole =
            unsafe (count == 0 || EVP_DecryptUpdate(context, &plaintext, &length, sealed.ciphertext, count) == 1)
            && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1
            && EVP_DecryptFinal_ex(context, &tail, &rest) == 1
            && length == count && rest == 0
        guard isWhole else {
            OpenSSLFailure.discard()
            return nil
        }
        return plaintext
    }

    private static let tagBytes = 16

    private static func authenticateOpening(_ additional: borrowing Span<UInt8>, _ context: OpaquePointer?) -> Bool {
        unsafe additional.withUnsafeBufferPointer { input in
            var length: Int32 = 0
            return unsafe input.isEmpty
                || EVP_DecryptUpdate(context, nil, &length, input.baseAddress, Int32(clamping: input.count)) == 1
        }
    }

    private static func authenticate(_ additional: borrowing Span<UInt8>, _ context: OpaquePointer?) -> Bool {
        unsafe additional.withUnsafeBufferPointer { input in
            var length: Int32 = 0
            return unsafe input.isEmpty
                || EVP_EncryptUpdate(context, nil, &length, input.baseAddress, Int32(clamping: input.count)) == 1
        }
    }
}

/// A cipher, fetched from OpenSSL once.
@safe private struct Cipher: @unchecked Sendable {
    // OpenSSL never changes an algorithm after it was fetched, and these live as long as the process.
    let pointer: OpaquePointer

    private static let aes128GCM = Cipher("AES-128-GCM")
    private static let aes256GCM = Cipher("AES-256-GCM")

    static func gcm(keyBytes: Int) -> Cipher {
        precondition(keyBytes == 16 || keyBytes == 32, "A key of AES-GCM has 128 or 256 bits here.")
        return keyBytes == 16 ? aes128GCM : aes256GCM
    }

    private init(_ name: String) {
        guard let pointer = unsafe EVP_CIPHER_fetch(nil, name, nil) else {
            preconditionFailure("This OpenSSL has no \(name).")
        }
        unsafe self.pointer = unsafe pointer
    }
}

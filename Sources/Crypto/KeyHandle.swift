import COpenSSL

/// A key inside OpenSSL, freed with its last user.
@safe final class KeyHandle: @unchecked Sendable {
    // OpenSSL lets many threads work with one key, each through a context of its own.
    let pointer: OpaquePointer

    /// What the numbers are those of.
    enum Part {
        case publicKey
        case keyPair

        fileprivate var selection: Int32 {
            let publicPart = OSSL_KEYMGMT_SELECT_ALL_PARAMETERS | OSSL_KEYMGMT_SELECT_PUBLIC_KEY
            return self == .keyPair ? publicPart | OSSL_KEYMGMT_SELECT_PRIVATE_KEY : publicPart
        }
    }

    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// Makes a key from its numbers.
    init(_ algorithm: StaticString, _ parameters: borrowing ParameterList, part: Part) throws(KeyRefusal) {
        let name = algorithm.description
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, name, nil) else {
            throw .openSSL(OpenSSLFailure())
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        let succeeded = unsafe parameters.lend { list in
            unsafe EVP_PKEY_fromdata_init(context) == 1
                && EVP_PKEY_fromdata(context, &made, part.selection, list) == 1
        }
        guard succeeded, let made = unsafe made else { throw .openSSL(OpenSSLFailure()) }
        unsafe pointer = unsafe made
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// A number of the key, most significant byte first and without zero bytes in front.
    func number(_ name: StaticString) throws(KeyRefusal) -> [UInt8] {
        var number: OpaquePointer?
        defer { unsafe BN_clear_free(number) }
        guard unsafe EVP_PKEY_get_bn_param(pointer, name.description, &number) == 1 else {
            throw .openSSL(OpenSSLFailure())
        }
        let length = unsafe (BN_num_bits(number) + 7) / 8
        return unsafe [UInt8](unsafeUninitializedCapacity: Int(length)) { output, count in
            count = unsafe Int(BN_bn2bin(number, output.baseAddress))
        }
    }

    /// A number of the key in as many bytes as its curve has.
    func number(_ name: StaticString, length: Int) throws(KeyRefusal) -> [UInt8] {
        let shortest = try number(name)
        guard shortest.count <= length else { throw .wrongLength }
        return [UInt8](repeating: 0, count: length - shortest.count) + shortest
    }
}

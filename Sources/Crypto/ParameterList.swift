import COpenSSL

/// Named values for OpenSSL's algorithms, kept alive as long as the list and wiped with it.
@safe struct ParameterList: ~Copyable {
    private var parameters: [OSSL_PARAM]
    private var values: [UnsafeMutableRawBufferPointer]

    init() {
        unsafe parameters = []
        unsafe values = []
    }

    // The names are static, because OpenSSL keeps their addresses and not their letters.

    mutating func add(_ name: StaticString, text: StaticString) {
        add(name, Array(text.description.utf8), type: OSSL_PARAM_UTF8_STRING)
    }

    mutating func add(_ name: StaticString, octets: [UInt8]) {
        add(name, octets, type: OSSL_PARAM_OCTET_STRING)
    }

    mutating func add(_ name: StaticString, octets: borrowing Span<UInt8>) {
        unsafe octets.withUnsafeBytes { unsafe add(name, $0, type: OSSL_PARAM_OCTET_STRING) }
    }

    /// A number of any size, most significant byte first.
    mutating func add(_ name: StaticString, number: [UInt8]) {
        #if _endian(little)
            add(name, number.reversed(), type: OSSL_PARAM_UNSIGNED_INTEGER)
        #else
            add(name, number, type: OSSL_PARAM_UNSIGNED_INTEGER)
        #endif
    }

    mutating func add(_ name: StaticString, number: UInt64) {
        add(name, number: unsafe withUnsafeBytes(of: number.bigEndian) { unsafe Array($0) })
    }

    /// Lends the list, closed, in the form in which OpenSSL takes it.
    borrowing func lend<Result>(_ body: (UnsafeMutablePointer<OSSL_PARAM>) -> Result) -> Result {
        var closed = unsafe parameters + [OSSL_PARAM_construct_end()]
        return unsafe closed.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("A closed list has an end.") }
            return unsafe body(start)
        }
    }

    private mutating func add(_ name: StaticString, _ bytes: [UInt8], type: Int32) {
        unsafe bytes.span.withUnsafeBytes { unsafe add(name, $0, type: type) }
    }

    private mutating func add(_ name: StaticString, _ bytes: UnsafeRawBufferPointer, type: Int32) {
        // One byte more, so that a value of no bytes still has an address.
        let value = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 1, alignment: 16)
        unsafe value.copyMemory(from: bytes)
        unsafe value[bytes.count] = 0
        unsafe values.append(value)
        let key = unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        unsafe parameters.append(
            OSSL_PARAM(
                key: key,
                data_type: UInt32(type),
                data: value.baseAddress,
                data_size: bytes.count,
                return_size: OSSL_PARAM_UNMODIFIED
            )
        )
    }

    deinit {
        for index in unsafe values.indices {
            let value = unsafe values[index]
            unsafe OPENSSL_cleanse(value.baseAddress, value.count)
            unsafe value.deallocate()
        }
    }
}

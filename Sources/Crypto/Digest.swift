import COpenSSL
package import Text

/// SHA-2.
package enum Digest {
    package static func sha256(_ bytes: borrowing Span<UInt8>) -> [UInt8] { hash(bytes, with: .sha256) }

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { sha256(bytes.span) }

    package static func sha256(_ text: WireText) -> [UInt8] { sha256(text.utf8.span) }

    package static func sha384(_ bytes: borrowing Span<UInt8>) -> [UInt8] { hash(bytes, with: .sha384) }

    package static func sha384(_ bytes: [UInt8]) -> [UInt8] { sha384(bytes.span) }

    package static func sha384(_ text: WireText) -> [UInt8] { sha384(text.utf8.span) }

    package static func sha512(_ bytes: borrowing Span<UInt8>) -> [UInt8] { hash(bytes, with: .sha512) }

    package static func sha512(_ bytes: [UInt8]) -> [UInt8] { sha512(bytes.span) }

    package static func sha512(_ text: WireText) -> [UInt8] { sha512(text.utf8.span) }

    private static func hash(_ bytes: borrowing Span<UInt8>, with function: HashFunction) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: function.length) { output, count in
            unsafe bytes.withUnsafeBytes { input in
                let result = unsafe EVP_Digest(
                    input.baseAddress,
                    input.count,
                    output.baseAddress,
                    nil,
                    function.pointer,
                    nil
                )
                precondition(result == 1, "SHA-2 fails only where there is no memory left.")
            }
            count = function.length
        }
    }
}

/// A hash function, fetched from OpenSSL once: fetching takes longer than hashing a token.
@safe struct HashFunction: @unchecked Sendable {
    // OpenSSL never changes an algorithm after it was fetched, and these live as long as the process.
    let pointer: OpaquePointer
    let length: Int

    static let sha1 = HashFunction("SHA1")
    static let sha256 = HashFunction("SHA256")
    static let sha384 = HashFunction("SHA384")
    static let sha512 = HashFunction("SHA512")

    private init(_ name: String) {
        guard let pointer = unsafe EVP_MD_fetch(nil, name, nil) else {
            preconditionFailure("This OpenSSL has no \(name).")
        }
        unsafe self.pointer = unsafe pointer
        length = unsafe Int(EVP_MD_get_size(pointer))
    }
}

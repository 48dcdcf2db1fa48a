import COpenSSL
package import Text

/// Authentication by a shared key: RFC 2104.
package enum HMAC {
    package static func sha256(key: [UInt8], message: [UInt8]) -> [UInt8] {
        HMACKey(key).sha256(message.span)
    }
}

/// A key of HMAC-SHA-256, prepared once and used from any thread.
@safe package final class HMACKey: @unchecked Sendable {
    // Never used itself after it was made: each use works on a copy, and copying only reads.
    private let prepared: OpaquePointer

    /// Takes a key of any length; who asks for a least one is the protocol.
    package init(_ key: [UInt8]) {
        guard let context = unsafe EVP_MAC_CTX_new(Self.algorithm.pointer) else {
            preconditionFailure("HMAC fails only where there is no memory left.")
        }
        var parameters = ParameterList()
        parameters.add("digest", text: "SHA2-256")
        // A key of no bytes must still have an address: without one OpenSSL would take none at all.
        let addressed = key.isEmpty ? [0] : key
        let result = unsafe parameters.lend { unsafe EVP_MAC_init(context, addressed, key.count, $0) }
        precondition(result == 1, "HMAC fails only where there is no memory left.")
        unsafe prepared = unsafe context
    }

    deinit {
        unsafe EVP_MAC_CTX_free(prepared)
    }

    package func sha256(_ message: borrowing Span<UInt8>) -> [UInt8] {
        let context = unsafe EVP_MAC_CTX_dup(prepared)
        defer { unsafe EVP_MAC_CTX_free(context) }
        return unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            var length = 0
            let succeeded = unsafe message.withUnsafeBufferPointer { input in
                unsafe EVP_MAC_update(context, input.baseAddress, input.count) == 1
                    && EVP_MAC_final(context, output.baseAddress, &length, 32) == 1
            }
            precondition(succeeded && length == 32, "HMAC fails only where there is no memory left.")
            count = length
        }
    }

    package func sha256(_ message: [UInt8]) -> [UInt8] { sha256(message.span) }

    package func sha256(_ message: WireText) -> [UInt8] { sha256(message.utf8.span) }

    @safe private struct Algorithm: @unchecked Sendable {
        // Fetched once and never changed.
        let pointer: OpaquePointer
    }

    private static let algorithm: Algorithm = {
        guard let pointer = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else {
            preconditionFailure("This OpenSSL has no HMAC.")
        }
        return unsafe Algorithm(pointer: pointer)
    }()
}

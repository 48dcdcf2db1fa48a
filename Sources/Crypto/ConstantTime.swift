import COpenSSL
package import Text

/// Equality that does not tell where two values differ.
package enum ConstantTime {
    /// Only the lengths may be learned from the time this takes.
    package static func equal(_ left: borrowing Span<UInt8>, _ right: borrowing Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { leftBytes in
            unsafe right.withUnsafeBytes { rightBytes in
                unsafe CRYPTO_memcmp(leftBytes.baseAddress, rightBytes.baseAddress, leftBytes.count) == 0
            }
        }
    }

    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        equal(left.span, right.span)
    }

    package static func equal(_ left: WireText, _ right: WireText) -> Bool {
        equal(left.utf8.span, right.utf8.span)
    }

    package static func equal(_ left: Fingerprint, _ right: Fingerprint) -> Bool {
        equal(left.bytes, right.bytes)
    }
}

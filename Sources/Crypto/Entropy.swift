import COpenSSL
package import Text

/// Where random bytes come from: the system's in life, counted ones in tests.
package struct Entropy: Sendable {
    private let source: @Sendable (Int) throws(EntropyFailure) -> [UInt8]

    /// - Parameter source: Gives as many bytes as it is asked for.
    package init(source: @escaping @Sendable (Int) throws(EntropyFailure) -> [UInt8]) {
        self.source = source
    }

    /// OpenSSL's generator, seeded by the kernel.
    package static let system = Entropy { count throws(EntropyFailure) in
        var succeeded = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            succeeded = unsafe RAND_bytes(output.baseAddress, Int32(count)) == 1
            filled = succeeded ? count : 0
        }
        guard succeeded else { throw EntropyFailure(reason: OpenSSLFailure()) }
        return bytes
    }

    /// As many random bytes as are asked for, or none at all.
    package func bytes(_ count: Int) throws(EntropyFailure) -> [UInt8] {
        precondition(count > 0 && count <= 65_536, "Nobody needs that many random bytes.")
        let bytes = try source(count)
        precondition(bytes.count == count, "A source of random bytes gives what it was asked for.")
        return bytes
    }

    /// 256 random bits in 43 letters, for codes, tokens and every other bearer value.
    package func token() throws(EntropyFailure) -> WireText {
        WireText(Base64URL.encode(try bytes(32)))
    }

    /// A key that is used and forgotten.
    package func secret(byteCount: Int) throws(EntropyFailure) -> Secret {
        let bytes = try bytes(byteCount)
        return Secret(copying: bytes.span)
    }

    /// A version 4 identifier, for names and never for secrets: it has 122 random bits.
    package func uuid() throws(EntropyFailure) -> UUID {
        UUID(random: try bytes(16))
    }
}

/// The generator gave nothing; whoever needed a secret must not go on without.
package struct EntropyFailure: Error, Sendable, Hashable {
    package let reason: OpenSSLFailure

    package init(reason: OpenSSLFailure) {
        self.reason = reason
    }
}

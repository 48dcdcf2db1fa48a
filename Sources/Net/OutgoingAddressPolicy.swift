/// Where we may call when the address comes from somebody else, such as a client's metadata.
package enum OutgoingAddressPolicy: Sendable, Hashable {
    /// Addresses of the public Internet, so that nobody reaches through us what only we can reach.
    case publicAddresses
    /// Every address, for the sandbox and for banks whose clients are inside.
    case everywhere

    package func allows(_ address: Address) -> Bool {
        switch (self, address) {
        case (.everywhere, _): true
        case (.publicAddresses, .ipv4(let word, _)): !Self.notPublic.contains { $0.contains(word) }
        case (.publicAddresses, .ipv6(let high, _, _)): Self.isPublic(high)
        case (.publicAddresses, .unix): false
        }
    }

    private struct Block {
        let start: UInt32
        let bits: UInt32

        init(_ a: UInt32, _ b: UInt32, _ c: UInt32, bits: UInt32) {
            start = a << 24 | b << 16 | c << 8
            self.bits = bits
        }

        func contains(_ word: UInt32) -> Bool { (word ^ start) >> (32 - bits) == 0 }
    }

    /// The blocks that IANA's registry of special IPv4 addresses (RFC 6890) does not call globally reachable,
    /// multicast, and what is reserved.
    private static let notPublic = [
        Block(0, 0, 0, bits: 8),
        Block(10, 0, 0, bits: 8),
        Block(100, 64, 0, bits: 10),
        Block(127, 0, 0, bits: 8),
        Block(169, 254, 0, bits: 16),
        Block(172, 16, 0, bits: 12),
        Block(192, 0, 0, bits: 24),
        Block(192, 0, 2, bits: 24),
        Block(192, 88, 99, bits: 24),
        Block(192, 168, 0, bits: 16),
        Block(198, 18, 0, bits: 15),
        Block(198, 51, 100, bits: 24),
        Block(203, 0, 113, bits: 24),
        Block(224, 0, 0, bits: 3),
    ]

    /// RFC 4291 §2.4 gives out `2000::/3` and nothing else; in it are blocks that carry an IPv4 address of
    /// somebody's choice (6to4, Teredo) or are for documents.
    private static func isPublic(_ high: UInt64) -> Bool {
        guard high >> 61 == 0b001 else { return false }
        let isProtocolBlock = high >> 41 == 0x2001_0000 >> 9
        let isDocumentation = high >> 32 == 0x2001_0DB8 || high >> 44 == 0x3FFF0
        let is6to4 = high >> 48 == 0x2002
        return !isProtocolBlock && !isDocumentation && !is6to4
    }
}

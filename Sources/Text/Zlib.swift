/// The zlib format (RFC 1950), for bytes of which most are like the one before them.
///
/// It finds runs and nothing else, in the fixed code of RFC 1951 §3.2.6: enough for a list that is empty but for a few
/// bits, and no library that has to be trusted. Every reader of zlib reads it.
package enum Zlib {
    /// The bytes, packed.
    package static func pack(_ bytes: [UInt8]) -> [UInt8] {
        // RFC 1950 §2.2: deflate with a window of 32 KiB, the fastest level; as a number the two divide by 31.
        var packed = BitWriter(after: [0x78, 0x01])
        // RFC 1951 §3.2.3: the one block, in the fixed code.
        packed.append(0b011, count: 3)
        append(bytes, to: &packed)
        packed.appendCode(0, count: 7)
        return packed.finished() + bigEndian(checksum(of: bytes))
    }

    /// A byte that is like the one before it begins a run, where at least three are.
    private static func append(_ bytes: [UInt8], to packed: inout BitWriter) {
        let bytes = bytes.span
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            var length = 0
            if place > 0, bytes[place - 1] == byte {
                let end = min(bytes.count, place + longestRun)
                while place + length < end, bytes[place + length] == byte { length += 1 }
            }
            if length < shortestRun {
                appendLiteral(byte, to: &packed)
                place += 1
            } else {
                appendRun(of: length, to: &packed)
                place += length
            }
        }
    }

    /// RFC 1951 §3.2.6: eight bits for the lower bytes, nine for the others.
    private static func appendLiteral(_ byte: UInt8, to packed: inout BitWriter) {
        if byte < 144 {
            packed.appendCode(0x30 + UInt32(byte), count: 8)
        } else {
            packed.appendCode(0x190 + UInt32(byte) - 144, count: 9)
        }
    }

    /// RFC 1951 §3.2.5: a length, and the distance one, whose code is zero in five bits.
    private static func appendRun(of length: Int, to packed: inout BitWriter) {
        guard let index = lengths.lastIndex(where: { $0.first <= length }) else { return }
        let symbol = UInt32(257 + index)
        if symbol < 280 {
            packed.appendCode(symbol - 256, count: 7)
        } else {
            packed.appendCode(0xC0 + symbol - 280, count: 8)
        }
        packed.append(UInt32(length - lengths[index].first), count: lengths[index].extraBits)
        packed.appendCode(0, count: 5)
    }

    private static let shortestRun = 3
    private static let longestRun = 258

    /// The table of RFC 1951 §3.2.5, from symbol 257 on.
    private static let lengths: [(first: Int, extraBits: Int)] = {
        var lengths: [(first: Int, extraBits: Int)] = []
        var first = shortestRun
        for index in 0..<28 {
            let extraBits = max(0, index / 4 - 1)
            lengths.append((first, extraBits))
            first += 1 << extraBits
        }
        // The longest has a symbol of its own.
        return lengths + [(longestRun, 0)]
    }()

    /// Adler-32: RFC 1950 §8.2.
    private static func checksum(of bytes: [UInt8]) -> UInt32 {
        let bytes = bytes.span
        var (low, high): (UInt32, UInt32) = (1, 0)
        var place = 0
        while place < bytes.count {
            // As many as can be summed before a sum no longer fits: RFC 1950's own code has the number.
            let end = min(bytes.count, place + 5_552)
            while place < end {
                low += UInt32(bytes[place])
                high += low
                place += 1
            }
            low %= 65_521
            high %= 65_521
        }
        return high << 16 | low
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

/// Bits in bytes, the lowest of a byte first: RFC 1951 §3.1.1.
private struct BitWriter {
    private var bytes: [UInt8]
    private var bits: UInt32 = 0
    private var count = 0

    init(after bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A number, its lowest bit first.
    mutating func append(_ number: UInt32, count added: Int) {
        bits |= number << UInt32(count)
        count += added
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            count -= 8
        }
    }

    /// A word of the code, its highest bit first.
    mutating func appendCode(_ code: UInt32, count added: Int) {
        for place in stride(from: added - 1, through: 0, by: -1) { append(code >> UInt32(place) & 1, count: 1) }
    }

    /// All of it, with the last byte filled up.
    consuming func finished() -> [UInt8] {
        count > 0 ? bytes + [UInt8(truncatingIfNeeded: bits)] : bytes
    }
}

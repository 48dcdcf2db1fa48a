/// Reads back what `Zlib` packs: RFC 1951 with the fixed code and runs of one byte, and nothing else of it.
package struct Unpacked {
    /// What was packed.
    package private(set) var bytes: [UInt8] = []
    private let packed: [UInt8]
    private var place = 16

    /// `nil` for anything that is packed in another way.
    package init?(_ packed: [UInt8]) {
        self.packed = packed
        guard packed.starts(with: [0x78, 0x01]), number(of: 3) == 0b011 else { return nil }
        while true {
            guard let symbol = symbol() else { return nil }
            if symbol == 256 { break }
            if symbol < 256 {
                bytes.append(UInt8(symbol))
            } else {
                guard let length = length(symbol), code(of: 5) == 0, let last = bytes.last else { return nil }
                bytes += [UInt8](repeating: last, count: length)
            }
        }
        // Four bytes of the sum follow on the next whole one.
        guard (place + 7) / 8 + 4 == packed.count else { return nil }
    }

    private mutating func bit() -> Int {
        guard place / 8 < packed.count else { return 0 }
        defer { place += 1 }
        return Int(packed[place / 8] >> UInt8(place % 8)) & 1
    }

    private mutating func number(of count: Int) -> Int { (0..<count).reduce(0) { $0 | bit() << $1 } }

    private mutating func code(of count: Int) -> Int { (0..<count).reduce(0) { sum, _ in sum << 1 | bit() } }

    private mutating func symbol() -> Int? {
        guard place / 8 < packed.count else { return nil }
        let seven = code(of: 7)
        if seven < 0b0011000 { return 256 + seven }
        let eight = seven << 1 | bit()
        if eight < 0b1100_0000 { return eight - 0b0011_0000 }
        if eight < 0b1100_1000 { return 280 + eight - 0b1100_0000 }
        return 144 + (eight << 1 | bit()) - 0b1_1001_0000
    }

    private mutating func length(_ symbol: Int) -> Int? {
        switch symbol {
        case 257...264: symbol - 254
        case 265...284: (4 + (symbol - 265) % 4) << ((symbol - 261) / 4) + 3 + number(of: (symbol - 261) / 4)
        case 285: 258
        default: nil
        }
    }
}

/// Sixty-four letters, six bits each, both ways: RFC 4648 §4 and §5, which differ in two letters.
struct Base64Alphabet: Sendable {
    static let standard = Base64Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    static let url = Base64Alphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

    private let letters: [UInt8]
    /// What each byte stands for; `noLetter` where it stands for nothing.
    private let values: [UInt8]

    private static let noLetter: UInt8 = 0xFF

    private init(_ alphabet: StaticString) {
        letters = Array(alphabet.description.utf8)
        var values = [UInt8](repeating: Self.noLetter, count: 256)
        for (value, letter) in letters.enumerated() { values[Int(letter)] = UInt8(value) }
        self.values = values
    }

    /// Appends the letters of bytes, without padding.
    func append(_ bytes: borrowing Span<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: (bytes.count * 4 + 2) / 3) { output in
            var index = 0
            while index + 2 < bytes.count {
                let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                output.append(letter(group >> 18))
                output.append(letter(group >> 12))
                output.append(letter(group >> 6))
                output.append(letter(group))
                index += 3
            }
            switch bytes.count - index {
            case 1:
                let group = UInt32(bytes[index]) << 16
                output.append(letter(group >> 18))
                output.append(letter(group >> 12))
            case 2:
                let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8
                output.append(letter(group >> 18))
                output.append(letter(group >> 12))
                output.append(letter(group >> 6))
            default: break
            }
        }
    }

    /// The bytes of letters without padding.
    func decode(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        // One letter alone is six bits, and no byte.
        guard text.count % 4 != 1 else { return nil }
        var isCanonical = true
        let bytes = [UInt8](capacity: text.count * 3 / 4) { output in
            var index = 0
            while index + 3 < text.count {
                let first = value(text[index])
                let second = value(text[index + 1])
                let third = value(text[index + 2])
                let fourth = value(text[index + 3])
                // Values have six bits; only `noLetter` has a higher one.
                isCanonical = isCanonical && first | second | third | fourth < 64
                output.append(first << 2 | second >> 4)
                output.append(second << 4 | third >> 2)
                output.append(third << 6 | fourth)
                index += 4
            }
            // RFC 4648 §3.5: bits that stand for nothing must be zero, or one value has many spellings.
            switch text.count - index {
            case 2:
                let first = value(text[index])
                let second = value(text[index + 1])
                isCanonical = isCanonical && first | second < 64 && second & 0x0F == 0
                output.append(first << 2 | second >> 4)
            case 3:
                let first = value(text[index])
                let second = value(text[index + 1])
                let third = value(text[index + 2])
                isCanonical = isCanonical && first | second | third < 64 && third & 0x03 == 0
                output.append(first << 2 | second >> 4)
                output.append(second << 4 | third >> 2)
            default: break
            }
        }
        return isCanonical ? bytes : nil
    }

    private func letter(_ group: UInt32) -> UInt8 {
        letters[Int(group & 0x3F)]
    }

    private func value(_ letter: UInt8) -> UInt8 {
        values[Int(letter)]
    }
}

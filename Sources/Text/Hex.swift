/// Lower-case hexadecimal, two digits a byte.
package enum Hex {
    /// The digits of bytes.
    package static func encode(_ bytes: [UInt8]) -> String {
        let text = [UInt8](capacity: bytes.count * 2) { output in
            for byte in bytes {
                output.append(digit(byte >> 4))
                output.append(digit(byte & 0x0F))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads digits of either case; an odd number of them is refused.
    package static func decode(_ text: WireText) -> [UInt8]? {
        let digits = text.bytes
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexValue, let low = digits[index + 1].hexValue else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + (value - 10)
    }
}

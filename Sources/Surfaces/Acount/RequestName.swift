package import Consents
package import Text

/// What a merchant calls a consent from the first moment on, such as `rq:3dWkVGNFae3FaS3h8UQJ4t:5zKtXEAq`.
///
/// It is another spelling of the consent's own identifier, so that nothing has to be looked up. The second part
/// is a check against misspelling; whose consent it is, is asked as for any other name.
package struct RequestName: Sendable, Hashable {
    /// The name as merchants know it.
    package let text: WireText
    /// The consent that it means.
    package let consent: Identifier<Consent>

    /// `nil` for an identifier that is not one of ours.
    package init?(of consent: Identifier<Consent>) {
        guard let uuid = UUID(consent.text), uuid.text == consent.text,
            let bytes = Hex.decode(WireText(uuid.text.utf8.filter { $0 != UInt8(ascii: "-") }) ?? ""),
            UUID(random: bytes) == uuid
        else { return nil }
        text = WireText("\(Self.prefix)\(Base58.encode(bytes, length: 22)):\(Self.check(bytes))")
        self.consent = consent
    }

    /// Reads a name; `nil` for every text that is not exactly one.
    package init?(_ text: WireText) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = WireText(text.utf8.dropFirst(Self.prefix.byteCount)).split(at: UInt8(ascii: ":"))
        guard parts.count == 2, parts[0].byteCount == 22, let bytes = Base58.decode(parts[0], byteCount: 16) else {
            return nil
        }
        self.init(of: Identifier(UUID(random: bytes).text))
        guard self.text == text else { return nil }
    }

    private static let prefix: WireText = "rq:"

    /// FNV-1a of the identifier: anybody can work it out, and nobody has to keep it.
    private static func check(_ bytes: [UInt8]) -> String {
        var hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var check: [UInt8] = []
        for _ in 0..<6 {
            check.insert(UInt8(truncatingIfNeeded: hash), at: 0)
            hash >>= 8
        }
        // Five and a half bytes fill eight letters.
        check[0] &= 0x3F
        return Base58.encode(check, length: 8)
    }
}

/// Numbers in letters and digits, without those that look alike.
private enum Base58 {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    /// The bytes as one number, filled up in front to a fixed length.
    static func encode(_ bytes: [UInt8], length: Int) -> String {
        var number = bytes
        var letters: [UInt8] = []
        for _ in 0..<length {
            var rest = 0
            for index in number.indices {
                let value = rest << 8 | Int(number[index])
                number[index] = UInt8(value / 58)
                rest = value % 58
            }
            letters.append(alphabet[rest])
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    /// `nil` for a letter of another alphabet, and for a number that is too large.
    static func decode(_ text: WireText, byteCount: Int) -> [UInt8]? {
        var number = [UInt8](repeating: 0, count: byteCount)
        for letter in text.utf8 {
            guard let digit = alphabet.firstIndex(of: letter) else { return nil }
            var carry = digit
            for index in number.indices.reversed() {
                let value = Int(number[index]) * 58 + carry
                number[index] = UInt8(value & 0xFF)
                carry = value >> 8
            }
            guard carry == 0 else { return nil }
        }
        return number
    }
}

import Testing
import Text

struct ASCIITests {
    @Test func `classes of bytes hold ASCII and nothing else`() {
        let all = (0...255).map { UInt8($0) }
        #expect(all.filter(\.isDigit) == Array("0123456789".utf8))
        #expect(all.filter(\.isUppercase) == Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8))
        #expect(all.filter(\.isLowercase) == Array("abcdefghijklmnopqrstuvwxyz".utf8))
        #expect(all.filter(\.isLetter).count == 52)
        #expect(all.filter(\.isAlphanumeric).count == 62)
        #expect(all.filter(\.isVisible) == Array(0x21...0x7E))
    }

    @Test func `token characters are those of RFC 9110`() {
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        let expected = Set("!#$%&'*+-.^_`|~\(letters)".utf8)
        #expect(Set((0...255).map { UInt8($0) }.filter(\.isTokenCharacter)) == expected)
    }

    @Test func `unreserved characters are those of RFC 3986`() {
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        #expect(Set((0...255).map { UInt8($0) }.filter(\.isUnreserved)) == Set("-._~\(letters)".utf8))
    }

    @Test func `SW-13 hexadecimal digits are twenty-two bytes`() {
        for byte in UInt8.min...UInt8.max {
            let expected = byte < 0x80 ? Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) } : nil
            #expect(byte.hexValue == expected)
        }
    }

    @Test func `lowering a byte changes the 26 letters only`() {
        for byte in UInt8.min...UInt8.max {
            #expect(byte.lowercasedASCII == (byte.isUppercase ? byte + 32 : byte))
        }
    }
}

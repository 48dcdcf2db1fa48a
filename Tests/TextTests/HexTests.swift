import Testing
import Text

struct HexTests {
    @Test func `every byte is two lower-case digits and comes back`() {
        let all = (0...255).map { UInt8($0) }
        let text = Hex.encode(all)
        #expect(text.hasPrefix("000102030405060708090a0b0c0d0e0f10"))
        #expect(text.utf8.count == 512)
        #expect(text.utf8.allSatisfy { $0.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) })
        #expect(Hex.decode(WireText(text)) == all)
        #expect(Hex.encode([]) == "")
    }

    @Test func `digits of either case are read`() {
        #expect(Hex.decode("DeadBEEF") == [0xDE, 0xAD, 0xBE, 0xEF])
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "abc", "0x", "0x00", "g0", " 00", "00 ", "+f", "-1", "\u{FF21}0", "\u{663}\u{663}", "0\n"])
    func `SW-07 SW-13 what is not pairs of digits is refused`(text: String) {
        #expect(Hex.decode(WireText(text)) == nil)
    }
}

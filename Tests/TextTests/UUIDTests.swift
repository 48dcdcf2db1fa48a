import Testing
import Text

struct UUIDTests {
    @Test func `random bytes make version 4`() {
        #expect(
            UUID(random: [UInt8](repeating: 0xFF, count: 16)).text == "ffffffff-ffff-4fff-bfff-ffffffffffff"
        )
        #expect(
            UUID(random: [UInt8](repeating: 0, count: 16)).text == "00000000-0000-4000-8000-000000000000"
        )
        #expect(
            UUID(random: (0..<16).map { UInt8($0 * 17) }).text == "00112233-4455-4677-8899-aabbccddeeff"
        )
    }

    @Test func `bytes that tell the time make version 7, in the order of the time`() {
        #expect(UUID(ordered: (0..<16).map { UInt8($0 * 17) }).text == "00112233-4455-7677-8899-aabbccddeeff")
        let later = UUID(ordered: (0..<16).map { $0 == 5 ? 0x56 : UInt8($0 * 17) })
        #expect(UUID(ordered: (0..<16).map { UInt8($0 * 17) }).text < later.text)
    }

    @Test func `what was made can be read`() {
        let made = UUID(random: (0..<16).map { UInt8($0 * 13) })
        #expect(UUID(made.text) == made)
    }

    @Test func `case does not tell two apart`() throws {
        let upper = try #require(UUID("93BAC548-D2DE-4546-B106-880A5018460D"))
        #expect(upper == UUID("93bac548-d2de-4546-b106-880a5018460d"))
        #expect(upper.text == "93bac548-d2de-4546-b106-880a5018460d")
    }

    @Test(
        arguments: [
            "", "93bac548d2de4546b106880a5018460d", "{93bac548-d2de-4546-b106-880a5018460d}",
            "93bac548-d2de-4546-b106-880a5018460", "93bac548-d2de-4546-b106-880a5018460d0",
            "93bac548-d2de-4546-b106-880a5018460g", "93bac548-d2de-4546-b106_880a5018460d",
            "93bac54-8d2de-4546-b106-880a5018460d", " 93bac548-d2de-4546-b106-880a5018460",
            "urn:uuid:93bac548-d2de-4546-b106-880a5018460d", "93bac548-d2de-4546-b106-880a501846\u{FF10}",
            "93bac548-d2de-4546-b106-880a5018460\n", "------------------------------------",
        ]
    )
    func `anything else is refused`(text: String) {
        #expect(UUID(WireText(text)) == nil)
    }
}

import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct UserCodeTests {
    @Test(arguments: ["WDJB-MJHT", "wdjb-mjht", "WDJBMJHT", " w d j b m j h t ", "WdJb--MjHt-"] as [WireText])
    func `rfc8628 §6.1: a code is the same in any case, with hyphens and spaces wherever they stand`(text: WireText) {
        let code = UserCode(typed: text)
        #expect(code == PolledRequest.sampleUserCode)
        #expect(code?.text == "WDJB-MJHT")
        #expect(code?.fingerprint == PolledRequest.sampleUserCode.fingerprint)
    }

    @Test(
        arguments: [
            "", "-", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH0", "WDJB-MJH\u{0}", "WDJB-MJH\u{301}T",
            "WDJB_MJHT", "\u{FF37}DJB-MJHT", WireText(String(repeating: "-", count: 57) + "WDJBMJHT"),
        ] as [WireText]
    )
    func `rfc8628 §6.1: nothing else is a code`(text: WireText) {
        #expect(UserCode(typed: text) == nil)
    }

    @Test(arguments: NaughtyStrings.all)
    func `a naughty string is no code`(text: WireText) {
        #expect(UserCode(typed: text) == nil)
    }

    @Test
    func `rfc8628 §6.1: every letter is as likely as every other, and none is a vowel`() throws {
        var counts: [Character: Int] = [:]
        for byte in UInt8.min...UInt8.max {
            guard let code = UserCode(random: [UInt8](repeating: byte, count: 8)) else {
                #expect(byte >= 240)
                continue
            }
            counts[try #require(code.text.string.first), default: 0] += 1
        }
        #expect(counts.count == 20)
        #expect(counts.values.allSatisfy { $0 == 12 })
        #expect(counts.keys.allSatisfy { !"AEIOUY01".contains($0) })
    }

    @Test
    func `too few random bytes make no code`() {
        #expect(UserCode(random: [1, 2, 3, 4, 5, 6, 7]) == nil)
        #expect(UserCode(random: [255, 254, 1, 2, 3, 4, 5, 6, 7]) == nil)
        #expect(UserCode(random: [255, 254, 1, 2, 3, 4, 5, 6, 7, 8]) != nil)
    }
}

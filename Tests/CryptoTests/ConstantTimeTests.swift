import Crypto
import Testing
import Text

struct ConstantTimeTests {
    @Test(
        arguments: [
            ("", "", true), ("secret", "secret", true), ("secret", "secreT", false), ("Secret", "secret", false),
            ("secret", "secret ", false), ("secret", "", false), ("\u{E9}", "e\u{301}", false), ("\0", "", false),
        ] as [(WireText, WireText, Bool)]
    )
    func `SE-05 values are equal byte by byte or not at all`(left: WireText, right: WireText, isEqual: Bool) {
        #expect(ConstantTime.equal(left, right) == isEqual)
        #expect(ConstantTime.equal(left.bytes, right.bytes) == isEqual)
        #expect(ConstantTime.equal(Fingerprint(of: left), Fingerprint(of: right)) == isEqual)
    }
}

import Surfaces
import Testing
import Text

struct AccountDataTests {
    @Test(arguments: ["0.00", "1234567890123.12345", "7.9"])
    func `an amount is digits around a point`(amount: String) {
        #expect(Money(WireText(amount), "GBP")?.amount == WireText(amount))
    }

    @Test(
        arguments: [
            "", "1", "1.", ".5", "-1.00", "+1.00", "1,00", "1.000000", "12345678901234.00", "1.0.0", " 1.00", "1e3.0",
            "\u{0661}.00",
        ]
    )
    func `what is no amount is none`(amount: String) {
        #expect(Money(WireText(amount), "GBP") == nil)
    }

    @Test(arguments: ["", "GB", "gbp", "GBPX", "GB1", "\u{0393}BP"])
    func `what is no currency is none`(currency: String) {
        #expect(Money("1.00", WireText(currency)) == nil)
    }
}

import Surfaces
import Text

/// Something that happens on an account again and again.
struct DemoHabit {
    let everyDays: Int
    /// On which day of each round, counted back from today.
    let phase: Int
    let secondOfDay: Int64
    let direction: Direction
    /// The least amount, and how much it may be more.
    let pence: Int64
    let spread: Int64
    let partner: WireText
    let information: WireText
    let reference: WireText?
    /// Of a shop: ISO 18245.
    let category: WireText?
    /// Of somebody with an account.
    let account: WireText?

    var isByCard: Bool { category != nil }

    /// Money between accounts, in the small hours.
    static func transfer(
        _ direction: Direction,
        every everyDays: Int,
        _ phase: Int,
        pence: Int64,
        spread: Int64 = 0,
        _ partner: WireText,
        _ information: WireText,
        account: WireText? = nil
    ) -> DemoHabit {
        DemoHabit(
            everyDays: everyDays,
            phase: phase,
            secondOfDay: 2 * 3_600,
            direction: direction,
            pence: pence,
            spread: spread,
            partner: partner,
            information: information,
            reference: information,
            category: nil,
            account: account
        )
    }

    /// Something bought in the course of the day.
    static func purchase(
        every everyDays: Int,
        _ phase: Int,
        at hour: Int64,
        pence: Int64,
        spread: Int64,
        _ partner: WireText,
        category: WireText
    ) -> DemoHabit {
        DemoHabit(
            everyDays: everyDays,
            phase: phase,
            secondOfDay: hour * 3_600,
            direction: .debit,
            pence: pence,
            spread: spread,
            partner: partner,
            information: WireText("Card payment to \(partner)"),
            reference: nil,
            category: category,
            account: nil
        )
    }
}

extension DemoBank.Use {
    static let household = DemoBank.Use(
        openingPence: 84_216,
        habits: [
            .transfer(.credit, every: 30, 6, pence: 248_750, "Northwind Trading", "SALARY", account: "00203010203040"),
            .transfer(.debit, every: 30, 2, pence: 96_500, "Harbour Lettings", "RENT", account: "00304050607080"),
            .transfer(.debit, every: 30, 9, pence: 6_840, spread: 1_900, "Brightwater Energy", "ENERGY"),
            .transfer(.debit, every: 30, 12, pence: 1_800, "Skylark Mobile", "PHONE"),
            .purchase(every: 30, 17, at: 6, pence: 999, spread: 1, "Lantern Films", category: "4899"),
            .purchase(every: 8, 1, at: 17, pence: 2_850, spread: 4_700, "Green Basket", category: "5411"),
            .purchase(every: 11, 3, at: 8, pence: 310, spread: 280, "Corner Roast", category: "5814"),
            .purchase(every: 15, 4, at: 7, pence: 1_000, spread: 1_500, "City Lines", category: "4111"),
            .purchase(every: 19, 0, at: 0, pence: 1_640, spread: 4_200, "Old Mill Kitchen", category: "5812"),
        ]
    )

    static let saver = DemoBank.Use(
        openingPence: 612_340,
        habits: [
            .transfer(.credit, every: 30, 7, pence: 20_000, "Own account", "STANDING ORDER", account: "00102087654321"),
            .transfer(.credit, every: 30, 1, pence: 1_512, spread: 96, "Interest", "INTEREST"),
            .transfer(.debit, every: 45, 20, pence: 7_500, spread: 9_000, "Own account", "WITHDRAWAL"),
        ]
    )

    static let card = DemoBank.Use(
        openingPence: -21_480,
        habits: [
            .transfer(.credit, every: 30, 10, pence: 18_000, "Own account", "CARD PAYMENT", account: "00102087654321"),
            .purchase(every: 9, 2, at: 12, pence: 1_250, spread: 5_400, "Wayfarer Rail", category: "4112"),
            .purchase(every: 14, 5, at: 19, pence: 3_900, spread: 6_800, "Harbour Inn", category: "7011"),
            .purchase(every: 21, 0, at: 0, pence: 890, spread: 2_100, "Paper Lane Books", category: "5942"),
        ]
    )

    static let mortgage = DemoBank.Use(
        openingPence: -16_420_000,
        habits: [.transfer(.credit, every: 30, 3, pence: 91_277, "Own account", "MORTGAGE", account: "00102055667788")]
    )
}

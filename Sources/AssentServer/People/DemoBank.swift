import Surfaces
import Text

/// Makes accounts that look lived in; the same day gives the same accounts.
struct DemoBank {
    let now: Timestamp

    /// How an account is used: what it began with, and what happens on it.
    struct Use {
        let openingPence: Int64
        let habits: [DemoHabit]
    }

    func account(
        _ id: WireText,
        _ nickname: WireText,
        _ product: AccountData.Product,
        _ holder: WireText,
        number: WireText,
        _ use: Use,
        reason: WireText? = nil
    ) -> AccountData {
        let entries = entries(of: id, use)
        let booked = entries.reduce(use.openingPence) { total, entry in
            entry.isBooked ? total + entry.pence : total
        }
        let available = entries.reduce(use.openingPence) { $0 + $1.pence }
        let isCard = product == .creditCard
        return AccountData(
            id: Identifier(id),
            nickname: nickname,
            kind: .personal,
            product: product,
            currency: "GBP",
            identifications: [
                AccountIdentification(
                    scheme: isCard ? AccountIdentification.cardScheme : "UK.OBIE.SortCodeAccountNumber",
                    number: number,
                    name: holder
                )
            ],
            servicer: AccountData.Servicer(scheme: "UK.OBIE.BICFI", identification: "ASNTGB00XXX"),
            eligibility: reason.map { .ineligible(reason: $0) } ?? .eligible,
            balances: [
                Self.balance(.openingBooked, use.openingPence, at: firstDay),
                Self.balance(.interimBooked, booked, at: now),
                Self.balance(.interimAvailable, available, at: now),
            ],
            transactions: entries.map { transaction($0, of: id, card: isCard ? number : "4929000000005678") }
        )
    }

    private static let days = 90

    private var midnight: Timestamp { now - Int(now.seconds % 86_400) }

    private var firstDay: Timestamp { midnight - (Self.days - 1) * 86_400 }

    private struct Entry {
        let habit: DemoHabit
        let pence: Int64
        let at: Timestamp
        let isBooked: Bool
        let number: Int
    }

    /// What the habits made of the last 90 days, newest first.
    private func entries(of id: WireText, _ use: Use) -> [Entry] {
        var dice = DemoDice(seed: id)
        var entries: [Entry] = []
        for daysAgo in (0..<Self.days).reversed() {
            for habit in use.habits where daysAgo % habit.everyDays == habit.phase {
                let pence = habit.pence + dice.roll(upTo: habit.spread)
                let at = midnight - daysAgo * 86_400 + Int(habit.secondOfDay + dice.roll(upTo: 3_600))
                // A card payment takes until the next day to be booked.
                let isBooked = !habit.isByCard || daysAgo > 0
                if at <= now {
                    entries.append(
                        Entry(
                            habit: habit,
                            pence: habit.direction == .credit ? pence : -pence,
                            at: at,
                            isBooked: isBooked,
                            number: entries.count + 1
                        )
                    )
                }
            }
        }
        return entries.sorted { $0.at > $1.at }
    }

    private func transaction(_ entry: Entry, of id: WireText, card: WireText) -> AccountTransaction {
        let habit = entry.habit
        return AccountTransaction(
            id: WireText("\(id)-\(entry.number)"),
            direction: habit.direction,
            status: entry.isBooked ? .booked : .pending,
            booked: entry.at,
            amount: Self.money(entry.pence),
            reference: habit.reference,
            information: habit.information,
            merchant: habit.category.map { AccountTransaction.Merchant(name: habit.partner, category: $0) },
            counterparty: habit.account.map {
                AccountIdentification(scheme: "UK.OBIE.SortCodeAccountNumber", number: $0, name: habit.partner)
            },
            card: habit.isByCard ? AccountTransaction.Card(scheme: .visa, number: card) : nil
        )
    }

    private static func balance(_ kind: AccountBalance.Kind, _ pence: Int64, at moment: Timestamp) -> AccountBalance {
        AccountBalance(kind: kind, direction: pence < 0 ? .debit : .credit, amount: money(pence), at: moment)
    }

    private static func money(_ pence: Int64) -> Money {
        let amount = pence.magnitude
        let hundredths = amount % 100
        guard let money = Money(WireText("\(amount / 100).\(hundredths < 10 ? "0" : "")\(hundredths)"), "GBP") else {
            preconditionFailure("Nobody in the sandbox has thirteen digits of pounds.")
        }
        return money
    }
}

/// Numbers that look thrown and are always the same: SplitMix64.
private struct DemoDice {
    private var state: UInt64

    /// FNV-1a of a name, so that each account has its own numbers.
    init(seed: WireText) {
        state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func roll(upTo bound: Int64) -> Int64 {
        guard bound > 0 else { return 0 }
        state &+= 0x9E37_79B9_7F4A_7C15
        var number = state
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        number ^= number >> 31
        return Int64(number % UInt64(bound))
    }
}

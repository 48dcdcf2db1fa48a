import AssentServer
import Crypto
import Surfaces
import TestSupport
import Testing
import Text

struct DemoPeopleTests {
    private let entries: [FileDirectory.Entry]

    init() throws {
        entries = try Self.entries(at: .noon)
    }

    @Test
    func `there is one account, there are three, and there is none to share`() {
        #expect(entries.map(\.person.username) == DemoPeople.logins.map(\.username))
        #expect(entries.map { $0.accounts.filter(\.isEligible).count } == [1, 3, 0])
        #expect(entries.last?.accounts.isEmpty == false)
    }

    @Test
    func `everybody can log in with what is printed`() throws {
        for (entry, login) in zip(entries, DemoPeople.logins) {
            #expect(try entry.person.passwordHash.accepts(login.password))
            #expect(!entry.person.isLocked)
        }
    }

    @Test
    func `they pass the reader of the file they are written to`() throws {
        let directory = try FileDirectory(entries)
        for entry in entries { #expect(directory.accounts(of: entry.person.id) == entry.accounts) }
    }

    @Test
    func `the same day gives the same accounts, and the next day others`() throws {
        let again = try Self.entries(at: .noon, from: 99)
        let tomorrow = try Self.entries(at: .noon + Timestamp.days(1))
        #expect(again.map(\.accounts) == entries.map(\.accounts))
        #expect(tomorrow.map(\.accounts) != entries.map(\.accounts))
    }

    @Test
    func `an everyday account has some forty entries of the last 90 days, newest first`() throws {
        let account = try #require(entries.first?.accounts.first)
        #expect((35...55).contains(account.transactions.count))
        let booked = account.transactions.map(\.booked)
        #expect(booked.allSatisfy { $0 <= .noon && $0 > .noon - Timestamp.days(91) })
        #expect(booked == booked.sorted(by: >))
        #expect(Set(account.transactions.map(\.id)).count == account.transactions.count)
        #expect(account.transactions.contains { $0.status == .pending })
        #expect(Set(account.transactions.map(\.direction)) == [.credit, .debit])
    }

    @Test
    func `whatever a sandbox begins on, nothing lies ahead of it`() throws {
        for hour in 0..<24 {
            let now = Timestamp.noon + hour * 3_600
            for account in try Self.entries(at: now).flatMap(\.accounts) {
                #expect(account.transactions.allSatisfy { $0.booked <= now })
            }
        }
    }

    @Test
    func `what was there and what was booked make what is there`() throws {
        for account in entries.flatMap(\.accounts) {
            let balances = account.balances.map { pence($0.amount, $0.direction) }
            let transactions = account.transactions.map { pence($0.amount, $0.direction) }
            let booked = account.transactions.filter { $0.status == .booked }.map { pence($0.amount, $0.direction) }
            #expect(account.balances.map(\.kind) == [.openingBooked, .interimBooked, .interimAvailable])
            #expect(balances[1] == balances[0] + booked.reduce(0, +))
            #expect(balances[2] == balances[0] + transactions.reduce(0, +))
            #expect(balances[1] != balances[0])
        }
    }

    private func pence(_ money: Money, _ direction: Direction) -> Int {
        let pence = Int(money.amount.string.filter { $0 != "." }) ?? 0
        return direction == .credit ? pence : -pence
    }

    /// The cheapest hashes that there are, because nobody attacks these.
    private static func entries(at now: Timestamp, from count: UInt64 = 1) throws -> [FileDirectory.Entry] {
        let cost = try #require(PasswordHash.Cost(logN: 12, passes: 1))
        return try DemoPeople.entries(at: now, cost: cost, entropy: .counted(from: count))
    }
}

import Consents
import HTTP
import Surfaces
import TestSupport
import Text

extension AccountData {
    /// A current account with a card payment, a salary and a pending payment.
    static let current = AccountData.sample("account-1")
    /// One that the sample authorisation includes as well.
    static let second = AccountData.sample("account-2")
    /// One that nobody opened.
    static let closed = AccountData.sample("account-3")

    private static func sample(_ id: Identifier<Account>) -> AccountData {
        AccountData(
            id: id,
            nickname: "Everyday",
            kind: .personal,
            product: .currentAccount,
            currency: "GBP",
            identifications: [
                AccountIdentification(
                    scheme: "UK.OBIE.SortCodeAccountNumber",
                    number: "00102012345678",
                    name: "Anna Lindqvist"
                ),
                AccountIdentification(scheme: "UK.OBIE.PAN", number: "4929000000001234", name: nil),
            ],
            servicer: Servicer(scheme: "UK.OBIE.BICFI", identification: "ASNTGB00XXX"),
            eligibility: .eligible,
            balances: [
                AccountBalance(kind: .interimBooked, direction: .debit, amount: .pounds("12.50"), at: .noon)
            ],
            transactions: [
                .sample("t3", .debit, at: .noon - Timestamp.days(1), status: .pending, card: "4929000000001234"),
                .sample("t2", .credit, at: .noon - Timestamp.days(10)),
                .sample("t1", .debit, at: .noon - Timestamp.days(30)),
            ]
        )
    }
}

extension AccountTransaction {
    static func sample(
        _ id: WireText,
        _ direction: Direction,
        at booked: Timestamp,
        status: Status = .booked,
        card: WireText? = nil
    ) -> AccountTransaction {
        AccountTransaction(
            id: id,
            direction: direction,
            status: status,
            booked: booked,
            amount: .pounds("7.99"),
            reference: "REF",
            information: "What the holder reads",
            merchant: Merchant(name: "Corner Roast", category: "5814"),
            counterparty: AccountIdentification(scheme: "UK.OBIE.PAN", number: "4111111111111111", name: "Bert"),
            card: card.map { Card(scheme: .visa, number: $0) }
        )
    }
}

extension Money {
    static func pounds(_ amount: WireText) -> Money {
        guard let money = Money(amount, "GBP") else { preconditionFailure("An amount of a test is one.") }
        return money
    }
}

extension AccountInformation {
    /// Asks for a path below `/accounts`, as a server does that has checked the token.
    func get(
        _ path: String,
        _ permissions: [Permission],
        query: WireText? = nil,
        period: TransactionPeriod = TransactionPeriod(from: nil, to: nil),
        accounts: [AccountData] = [.closed, .second, .current],
        login: StepUp.Login? = nil,
        stepUp: StepUp = StepUp()
    ) throws(SurfaceRefusal) -> JSON {
        let path = WireText("\(prefix)/accounts\(path)")
        let consent = Consent.sample(
            permissions: permissions,
            period: period,
            status: .authorised,
            authorisation: .sample
        )
        guard let router = try? Router(routes.map { (Route($0.method, $0.path), $0) }),
            case .found(let route, let parts) = router.find(.get, path), case .read(let reading) = route.act
        else { throw .pathUnknown }
        return try reading(
            AccountRequest(
                consent: consent,
                accounts: accounts,
                request: .sample(.get, path, query: query),
                parts: parts,
                base: "https://bank.example",
                now: .noon,
                login: login,
                stepUp: stepUp
            )
        )
    }
}

package import Crypto
import Surfaces
package import Text

/// The three customers of the sandbox: one with one account, one with three, one with none to share.
///
/// Their passwords are known to everybody, so they belong in no file but that of a sandbox.
package enum DemoPeople {
    /// Who can log in, and with what.
    package static let logins: [(username: WireText, password: WireText, about: WireText)] = [
        ("anna", "anna-sandbox", "one account"),
        ("bert", "bert-sandbox", "three accounts"),
        ("cleo", "cleo-sandbox", "no account that can be shared"),
    ]

    /// Their accounts, with what happened on them in the 90 days up to `now`; the same for the same day.
    package static func entries(
        at now: Timestamp,
        cost: PasswordHash.Cost = .standard,
        entropy: Entropy
    ) throws(PasswordHash.Failure) -> [FileDirectory.Entry] {
        let hashes = try logins.map { login throws(PasswordHash.Failure) in
            try PasswordHash(of: login.password, cost: cost, entropy: entropy)
        }
        let bank = DemoBank(now: now)
        return zip(customers(of: bank), hashes).map { customer, hash in
            FileDirectory.Entry(
                person: Customer(
                    id: Identifier(WireText("psu-\(customer.username)")),
                    username: customer.username,
                    name: customer.name,
                    email: WireText("\(customer.username)@customers.example"),
                    passwordHash: hash,
                    isLocked: false
                ),
                accounts: customer.accounts
            )
        }
    }

    private static func customers(
        of bank: DemoBank
    ) -> [(username: WireText, name: WireText, accounts: [AccountData])] {
        let anna: WireText = "Anna Lindqvist"
        let bert: WireText = "Bert Okafor"
        let cleo: WireText = "Cleo Marsh"
        return [
            (
                "anna", anna,
                [bank.account("anna-current", "Everyday", .currentAccount, anna, number: "00102012345678", .household)]
            ),
            (
                "bert", bert,
                [
                    bank.account("bert-current", "Bills", .currentAccount, bert, number: "00102087654321", .household),
                    bank.account("bert-savings", "Rainy day", .savings, bert, number: "00102024681357", .saver),
                    bank.account("bert-card", "Travel card", .creditCard, bert, number: "4929000000001234", .card),
                ]
            ),
            (
                "cleo", cleo,
                [
                    bank.account(
                        "cleo-mortgage",
                        "Home",
                        .mortgage,
                        cleo,
                        number: "00102011223344",
                        .mortgage,
                        reason: "Mortgages cannot be shared online."
                    ),
                    bank.account(
                        "cleo-trust",
                        "Family trust",
                        .savings,
                        cleo,
                        number: "00102044332211",
                        .saver,
                        reason: "All holders of this account have to agree at a branch."
                    ),
                ]
            ),
        ]
    }
}

package import Crypto
import OAuth
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
                    claims: customer.claims,
                    passwordHash: hash,
                    isLocked: false
                ),
                accounts: customer.accounts
            )
        }
    }

    /// Every standard claim, so that every scope can be tried out with her.
    private static let annasClaims: [PersonClaim: JSON] = [
        .givenName: "Anna", .middleName: "Maria", .familyName: "Lindqvist", .nickname: "Annie",
        .preferredUsername: "anna.lindqvist", .profile: "https://customers.example/anna",
        .picture: "https://customers.example/anna.png", .website: "https://anna.customers.example/",
        .emailVerified: true, .gender: "female", .birthdate: "1988-04-17", .zoneinfo: "Europe/London",
        .locale: "en-GB", .phoneNumber: "+441632960001", .phoneNumberVerified: true,
        .address: [
            "formatted": "7 Harbour Row, Leith EH6 7XX, United Kingdom", "street_address": "7 Harbour Row",
            "locality": "Leith", "region": "Edinburgh", "postal_code": "EH6 7XX", "country": "GB",
        ], .updatedAt: .integer(1_767_225_600),
    ]

    /// As much as most banks would say.
    private static let bertsClaims: [PersonClaim: JSON] = [
        .givenName: "Bert", .familyName: "Okafor", .emailVerified: false, .zoneinfo: "Europe/London",
        .locale: "en-GB", .phoneNumber: "+441632960002",
        .address: ["street_address": "12 Mill Lane", "locality": "York", "postal_code": "YO1 7XX", "country": "GB"],
        .updatedAt: .integer(1_767_225_600),
    ]

    private static func customers(
        of bank: DemoBank
    ) -> [(username: WireText, name: WireText, claims: [PersonClaim: JSON], accounts: [AccountData])] {
        let anna: WireText = "Anna Lindqvist"
        let bert: WireText = "Bert Okafor"
        let cleo: WireText = "Cleo Marsh"
        return [
            (
                "anna", anna, annasClaims,
                [bank.account("anna-current", "Everyday", .currentAccount, anna, number: "00102012345678", .household)]
            ),
            (
                "bert", bert, bertsClaims,
                [
                    bank.account("bert-current", "Bills", .currentAccount, bert, number: "00102087654321", .household),
                    bank.account("bert-savings", "Rainy day", .savings, bert, number: "00102024681357", .saver),
                    bank.account("bert-card", "Travel card", .creditCard, bert, number: "4929000000001234", .card),
                ]
            ),
            (
                "cleo", cleo, [.givenName: "Cleo", .familyName: "Marsh", .locale: "en-GB"],
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

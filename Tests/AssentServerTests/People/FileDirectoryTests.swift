import AssentServer
import Crypto
import OAuth
import Surfaces
import TestSupport
import Testing
import Text

struct FileDirectoryTests {
    /// Two customers, written as a person would.
    private static let file = #"""
        {
          // Everybody in this sandbox.
          "persons": [
            {
              "id": "psu-anna", "username": "anna", "name": "Anna Lindqvist", "email": "anna@customers.example",
              "passwordHash": "HASH",
              "accounts": [
                {
                  "id": "account-1", "nickname": "Everyday", "type": "Personal", "subtype": "CurrentAccount", "currency": "GBP",
                  "identifications": [{"scheme": "UK.OBIE.SortCodeAccountNumber", "number": "00102012345678", "name": "A Lindqvist"}],
                  "servicer": {"scheme": "UK.OBIE.BICFI", "identification": "ASNTGB00XXX"},
                  "eligible": true,
                  "balances": [{"type": "InterimBooked", "direction": "Credit", "amount": "12.50", "at": "2026-03-02T12:00:00Z"}],
                  "transactions": [
                    {"id": "t1", "direction": "Debit", "status": "Booked", "booked": "2026-02-01T08:00:00Z", "amount": "3.10", "information": "Coffee",
                     "merchant": {"name": "Corner Roast", "category": "5814"}, "card": {"scheme": "VISA", "number": "4929000000001234"}},
                    {"id": "t2", "direction": "Credit", "status": "Pending", "booked": "2026-03-01T08:00:00Z", "amount": "900.00", "information": "Salary",
                     "reference": "PAY", "counterparty": {"scheme": "UK.OBIE.IBAN", "number": "GB00", "name": "Northwind"}},
                  ]
                }
              ]
            },
            {
              "id": "psu-bert", "username": "bert", "name": "Bert Okafor", "locked": true,
              "passwordHash": "HASH",
              "accounts": [
                {
                  "id": "account-2", "type": "Business", "subtype": "Loan", "currency": "EUR", "identifications": [],
                  "eligible": false, "reason": "Loans cannot be shared.",
                  "balances": [{"type": "InterimBooked", "direction": "Debit", "amount": "1.00", "at": "2026-03-02T12:00:00+01:00"}],
                  "transactions": []
                }
              ]
            }
          ]
        }
        """#.replacing("HASH", with: PasswordHash.ofNobody.text.string)

    @Test
    func `a file is read whole`() throws {
        let directory = try FileDirectory(Array(Self.file.utf8))
        let anna = try #require(directory.person(named: "anna"))
        #expect(anna.id == "psu-anna")
        #expect(anna.name == "Anna Lindqvist")
        #expect(anna.email == "anna@customers.example")
        #expect(anna.passwordHash == .ofNobody)
        #expect(directory.person("psu-bert")?.email == nil)
        let account = try #require(directory.accounts(of: "psu-anna").first)
        #expect(account.nickname == "Everyday")
        #expect(account.kind == .personal)
        #expect(account.product == .currentAccount)
        #expect(account.identifications.first?.name == "A Lindqvist")
        #expect(account.servicer?.identification == "ASNTGB00XXX")
        #expect(account.isEligible)
        #expect(account.balances.first?.amount == Money("12.50", "GBP"))
        // The newest first, whatever the order of the file.
        #expect(account.transactions.map(\.id) == ["t2", "t1"])
        #expect(account.transactions.last?.card?.number == "4929000000001234")
        #expect(account.transactions.first?.counterparty?.name == "Northwind")
        let loan = try #require(directory.accounts(of: "psu-bert").first)
        #expect(loan.eligibility == .ineligible(reason: "Loans cannot be shared."))
        #expect(loan.balances.first?.at == Timestamp(rfc3339: "2026-03-02T11:00:00Z"))
    }

    /// The file with these claims of Anna.
    private static func file(claims: String) -> [UInt8] {
        Array(file.replacing(#""username": "anna","#, with: #""username": "anna", "claims": \#(claims),"#).utf8)
    }

    @Test
    func `what else is known of a person is read in the types that clients get, and written as it was`() throws {
        let directory = try FileDirectory(
            Self.file(
                claims: #"""
                    {"given_name": "Anna", "email_verified": true, "birthdate": "1988-02-29", "locale": "en-GB",
                     "picture": "https://customers.example/anna.png", "phone_number": "+441632960001",
                     "address": {"locality": "Leith", "country": "GB"}, "updated_at": "2026-01-01T00:00:00Z"}
                    """#
            )
        )
        let claims = try #require(directory.person("psu-anna")?.claims)
        #expect(claims[.givenName] == "Anna")
        #expect(claims[.emailVerified] == true)
        #expect(claims[.updatedAt] == 1_767_225_600)
        #expect(claims[.address] == ["locality": "Leith", "country": "GB"])
        #expect(claims.count == 8)
        #expect(try FileDirectory(directory.bytes).person("psu-anna")?.claims == claims)
        #expect(directory.person("psu-bert")?.claims.isEmpty == true)
    }

    @Test
    func `what is not known is not said, and what is not known to be verified is not verified`() throws {
        let directory = try FileDirectory(Self.file(claims: #"{"phone_number": "+441632960001"}"#))
        let anna = try #require(directory.person("psu-anna"))
        #expect(anna.value(of: .name) == "Anna Lindqvist")
        #expect(anna.value(of: .emailVerified) == false)
        #expect(anna.value(of: .phoneNumberVerified) == false)
        let bert = try #require(directory.person("psu-bert"))
        #expect(PersonClaim.allCases.filter { bert.value(of: $0) != nil } == [.name])
    }

    @Test(
        arguments: [
            ("", "[]"), ("/name", #"{"name": "Anna"}"#), ("/email", #"{"email": "a@b.example"}"#),
            ("/shoe_size", #"{"shoe_size": "41"}"#), ("/given_name", #"{"given_name": 7}"#),
            ("/email_verified", #"{"email_verified": "true"}"#), ("/birthdate", #"{"birthdate": "1987-02-29"}"#),
            ("/picture", #"{"picture": "http://customers.example/a.png"}"#),
            ("/phone_number", #"{"phone_number": "0163296"}"#),
            ("/phone_number_verified", #"{"phone_number_verified": true}"#), ("/address", #"{"address": {}}"#),
            ("/address", #"{"address": "Leith"}"#), ("/address/planet", #"{"address": {"planet": "Earth"}}"#),
            ("/updated_at", #"{"updated_at": 1767225600}"#),
        ]
    )
    func `what no client could be given is refused with its place`(path: WireText, claims: String) {
        let problems = #expect(throws: DirectoryProblems.self) { try FileDirectory(Self.file(claims: claims)) }
        #expect(problems?.problems.map(\.path) == [WireText("/persons/0/claims\(path)")])
    }

    @Test
    func `whoever is not in the file is not there, and whoever is locked may not act`() throws {
        let directory = try FileDirectory(Array(Self.file.utf8))
        for username: WireText in ["Anna", "anna ", "ann\u{61}\u{301}", "", "psu-anna"] {
            #expect(directory.person(named: username) == nil)
        }
        #expect(directory.person("psu-carl") == nil)
        #expect(directory.accounts(of: "psu-carl").isEmpty)
        #expect(directory.isActive("psu-anna"))
        #expect(!directory.isActive("psu-bert"))
        #expect(!directory.isActive("psu-carl"))
    }

    @Test
    func `two spellings of one name are two names`() throws {
        let twins = Self.file.replacing(#""username": "bert""#, with: "\"username\": \"ann\u{E1}\"")
            .replacing(#""username": "anna""#, with: "\"username\": \"anna\u{301}\"")
        let directory = try FileDirectory(Array(twins.utf8))
        #expect(directory.person(named: "ann\u{E1}")?.id == "psu-bert")
        #expect(directory.person(named: "anna\u{301}")?.id == "psu-anna")
    }

    @Test
    func `what is written is read again as the same`() throws {
        let directory = try FileDirectory(Array(Self.file.utf8))
        let again = try FileDirectory(directory.bytes)
        #expect(again.bytes == directory.bytes)
        for id: Identifier<Person> in ["psu-anna", "psu-bert"] {
            #expect(again.accounts(of: id) == directory.accounts(of: id))
            #expect(again.person(id)?.isLocked == directory.person(id)?.isLocked)
            #expect(again.person(id)?.email == directory.person(id)?.email)
            #expect(again.person(id)?.name == directory.person(id)?.name)
            #expect(again.person(id)?.passwordHash == directory.person(id)?.passwordHash)
        }
    }

    @Test
    func `a customer is added unless something of theirs is taken`() throws {
        let directory = try FileDirectory(Array(Self.file.utf8))
        let account = try #require(directory.accounts(of: "psu-anna").first)
        let carl = Customer(
            id: "psu-carl",
            username: "carl",
            name: "Carl",
            email: nil,
            passwordHash: .ofNobody,
            isLocked: false
        )
        let grown = try directory.adding(FileDirectory.Entry(person: carl, accounts: []))
        #expect(grown.entries.map(\.person.id) == ["psu-anna", "psu-bert", "psu-carl"])
        let problems = #expect(throws: DirectoryProblems.self) {
            try grown.adding(FileDirectory.Entry(person: carl, accounts: [account]))
        }
        #expect(
            problems?.problems.map(\.path) == [
                "/persons/3/id", "/persons/3/username", "/persons/3/accounts/0/id",
            ]
        )
    }

    /// Each row changes one thing in a file that is otherwise right.
    @Test(
        arguments: [
            (#""persons""#, #""people""#, "/people", 3),
            (#""id": "psu-anna""#, #""id": "person-anna""#, "/persons/0/id", 5),
            (#""id": "psu-anna""#, #""id": "psu-anna b""#, "/persons/0/id", 5),
            (#""id": "psu-anna""#, #""id": 7"#, "/persons/0/id", 5),
            (#""id": "psu-bert""#, #""id": "psu-anna""#, "/persons/1/id", 24),
            (#""username": "bert""#, #""username": "anna""#, "/persons/1/username", 24),
            (#""username": "bert""#, #""username": """#, "/persons/1/username", 24),
            (#""username": "bert""#, #""username": "b\u0000""#, "/persons/1/username", 24),
            (#""username": "bert""#, #""user": "bert""#, "/persons/1/user", 24),
            (#""locked": true"#, #""locked": "yes""#, "/persons/1/locked", 24),
            (#""passwordHash": "$scrypt"#, #""passwordHash": "$argon2"#, "/persons/0/passwordHash", 6),
            (#""id": "account-2""#, #""id": "account-1""#, "/persons/1/accounts/0/id", 28),
            (#""id": "account-2""#, #""id": "account/2""#, "/persons/1/accounts/0/id", 28),
            (#""type": "Personal""#, #""type": "personal""#, "/persons/0/accounts/0/type", 9),
            (#""subtype": "Loan""#, #""subtype": "Gold""#, "/persons/1/accounts/0/subtype", 28),
            (#""currency": "EUR""#, #""currency": "eur""#, "/persons/1/accounts/0/currency", 28),
            (#""reason": "Loans cannot be shared.","#, "", "/persons/1/accounts/0/eligible", 29),
            (#""eligible": true"#, #""eligible": true, "reason": "x""#, "/persons/0/accounts/0/reason", 12),
            (#""eligible": true"#, #""eligible": 1"#, "/persons/0/accounts/0/eligible", 12),
            (
                #""amount": "1.00", "at": "2026-03-02T12:00:00+01:00"}]"#, #""amount": "1.00"}]"#,
                "/persons/1/accounts/0/balances/0", 30
            ),
            (
                #""scheme": "UK.OBIE.IBAN""#, #""scheme": "UK.OBIE.PAN""#,
                "/persons/0/accounts/0/transactions/1/counterparty/number", 18
            ),
            (#""transactions": []"#, #""transactions": {}"#, "/persons/1/accounts/0/transactions", 31),
            (#""id": "t2""#, #""id": "t1""#, "/persons/0/accounts/0/transactions/1/id", 17),
            (#""amount": "3.10""#, #""amount": 3.10"#, "/persons/0/accounts/0/transactions/0/amount", 15),
            (#""amount": "3.10""#, #""amount": "-3.10""#, "/persons/0/accounts/0/transactions/0/amount", 15),
            (#"2026-02-01T08:00:00Z"#, #"2026-02-01"#, "/persons/0/accounts/0/transactions/0/booked", 15),
            (
                #""category": "5814""#, #""category": "58""#, "/persons/0/accounts/0/transactions/0/merchant/category",
                16
            ),
            (#"4929000000001234"#, #"4929 0000 0000"#, "/persons/0/accounts/0/transactions/0/card/number", 16),
            (#""scheme": "VISA""#, #""scheme": "Visa""#, "/persons/0/accounts/0/transactions/0/card/scheme", 16),
            (#""number": "GB00", "#, "", "/persons/0/accounts/0/transactions/1/counterparty", 18),
            (#""scheme": "UK.OBIE.BICFI""#, #""scheme": "B I C""#, "/persons/0/accounts/0/servicer/scheme", 11),
        ] as [(String, String, WireText, Int)]
    )
    func `what is wrong is reported with its place and line`(
        right: String,
        wrong: String,
        path: WireText,
        line: Int
    ) throws {
        let file = Self.file.replacing(right, with: wrong, maxReplacements: 1)
        #expect(file != Self.file)
        let problems = #expect(throws: DirectoryProblems.self) { try FileDirectory(Array(file.utf8)) }
        let problem = try #require(problems?.problems.first)
        #expect(problem.path == path)
        #expect(problem.line == line)
    }

    @Test
    func `an account without a balance is refused, because no answer could show that`() throws {
        let balance =
            #"[{"type": "InterimBooked", "direction": "Debit", "amount": "1.00", "at": "2026-03-02T12:00:00+01:00"}]"#
        let file = Self.file.replacing(balance, with: "[]")
        let problems = #expect(throws: DirectoryProblems.self) { try FileDirectory(Array(file.utf8)) }
        #expect(problems?.problems.map(\.path) == ["/persons/1/accounts/0/balances"])
    }

    @Test
    func `everything that is wrong is reported at once`() {
        let file = #"{"persons": [{"id": "x"}, {"id": "psu-a", "username": 1, "accounts": [{}]}, 5], "also": 1}"#
        let problems = #expect(throws: DirectoryProblems.self) { try FileDirectory(Array(file.utf8)) }
        let paths = problems?.problems.map(\.path) ?? []
        for path: WireText in [
            "/also", "/persons/0", "/persons/0/id", "/persons/1", "/persons/1/username", "/persons/1/accounts/0",
            "/persons/2",
        ] {
            #expect(paths.contains(path))
        }
    }

    @Test(arguments: ["", "{", "[]", "null", "{}", #"{"persons": {}}"#, #"{"persons": [], "persons": []}"#])
    func `a file of another shape is refused`(file: String) {
        #expect(throws: DirectoryProblems.self) { try FileDirectory(Array(file.utf8)) }
    }

    @Test
    func `a file without anybody is a file`() throws {
        #expect(try FileDirectory(Array(#"{"persons": []}"#.utf8)).entries.isEmpty)
    }
}

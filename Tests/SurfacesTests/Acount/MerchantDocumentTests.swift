import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

struct MerchantDocumentTests {
    private static let id: Identifier<Consent> = "93bac548-d2de-4546-b106-880a5018460d"
    private static let from = Timestamp.noon - Timestamp.days(300)
    private static let whole: [Permission] = [
        .readAccountsDetail, .readBalances, .readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits,
    ]

    private static func consent(
        _ status: Consent.Status = .awaiting,
        permissions: [Permission] = whole,
        authorisation: Authorisation? = nil
    ) -> Consent {
        .sample(
            id: id,
            origin: .acount,
            permissions: permissions,
            period: TransactionPeriod(from: from, to: nil),
            status: status,
            authorisation: authorisation
        )
    }

    private static func json(_ consent: Consent, at now: Timestamp = .noon) throws -> JSON {
        MerchantDocument(
            consent: consent,
            request: try #require(RequestName(of: consent.id)),
            merchant: 1,
            user: "user_2abc123def456",
            authorizationURL: "https://bank.example/authorize",
            now: now
        ).json
    }

    /// The fields of the contract's page, of which its own example shows some that never stand together.
    private static let required: [WireText] = [
        "requestId", "merchantId", "userId", "permissions", "expirationDateTime", "transactionFromDateTime", "status",
        "createdAt", "updatedAt",
    ]

    @Test
    func `a consent that waits has the required fields and a link, and no name of its own`() throws {
        let json = try Self.json(Self.consent())
        #expect(json.members?.map(\.name) == Self.required + ["authorizationUrl"])
        #expect(json["merchantId"] == 1)
        #expect(json["permissions"]?.texts == ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"])
        #expect(json["expirationDateTime"]?.text == WireText((Timestamp.noon + Timestamp.days(90)).rfc3339))
        #expect(json["transactionFromDateTime"]?.text == WireText(Self.from.rfc3339))
        for name: WireText in ["createdAt", "updatedAt", "expirationDateTime"] {
            #expect(json[name]?.text?.string.hasSuffix("Z") == true)
        }
    }

    @Test(
        arguments: [
            (.awaiting, "pending", false), (.authorised, "authorized", true), (.revoked, "revoked", true),
            (.rejected, "failed", false), (.failed, "failed", false),
        ] as [(Consent.Status, WireText, Bool)]
    )
    func `each status has its American word`(status: Consent.Status, word: WireText, wasGiven: Bool) throws {
        let json = try Self.json(Self.consent(status, authorisation: wasGiven ? .sample : nil))
        #expect(json["status"]?.text == word)
        #expect((json["consentId"] != nil) == wasGiven)
        #expect((json["authorizationUrl"] != nil) == (status == .awaiting))
        #expect((json["errorMessage"] != nil) == (word == "failed"))
    }

    @Test(arguments: [Consent.Status.awaiting, .authorised])
    func `what has ended by its date says so, from that date on`(status: Consent.Status) throws {
        let consent = Self.consent(status, authorisation: status == .authorised ? .sample : nil)
        let end = Timestamp.noon + Timestamp.days(90)
        #expect(try Self.json(consent, at: end - 1)["status"] != "expired")
        let json = try Self.json(consent, at: end)
        #expect(json["status"] == "expired")
        #expect(json["updatedAt"]?.text == WireText(end.rfc3339))
        #expect(json["authorizationUrl"] == nil)
    }

    @Test(
        arguments: [
            (.reject(.refused), "User denied consent"), (.reject(.cancelledAtLogin), "User cancelled at login"),
            (.reject(.timedOut), "User did not decide in time"),
            (.fail, "The bank could not finish the authorization"),
        ] as [(ConsentEvent, WireText)]
    )
    func `a failure says why`(event: ConsentEvent, message: WireText) throws {
        let after = try Self.consent().change(event, by: .person("psu-anna"), at: .noon).consent
        #expect(try Self.json(after)["errorMessage"]?.text == message)
    }

    @Test
    func `accounts are shown as far as they were opened`() throws {
        for (permissions, names) in [
            (
                Self.whole,
                [
                    "accountId", "accountHolderName", "bankId", "currency", "isActive", "accountDetails", "createdAt",
                    "updatedAt",
                ]
            ),
            (
                [.readBalances, .readAccountsBasic],
                ["accountId", "currency", "isActive", "accountDetails", "createdAt", "updatedAt"]
            ),
        ] as [([Permission], [WireText])] {
            let consent = Self.consent(.authorised, permissions: permissions, authorisation: .sample)
            let document = MerchantDocument(
                consent: consent,
                request: try #require(RequestName(of: consent.id)),
                merchant: 1,
                user: "u",
                authorizationURL: nil,
                now: .noon
            )
            let accounts = try #require(document.json([.current], given: .noon + 60).array)
            #expect(accounts.count == 1)
            #expect(accounts[0].members?.map(\.name) == names)
            #expect(accounts[0]["accountDetails"]?["accountType"] == "CurrentAccount")
            #expect(accounts[0]["createdAt"]?.text == WireText((Timestamp.noon + 60).rfc3339))
        }
    }

    @Test
    func `a consent of another surface is shown only where merchants have all the words for it`() {
        let surface = MerchantConsents()
        #expect(surface.canSpell(Self.consent()))
        #expect(surface.canSpell(Self.consent(permissions: [.readBalances, .readAccountsBasic])))
        // Half of the transactions, more than three words, no word at all.
        for permissions: [Permission] in [
            [.readAccountsDetail, .readTransactionsDetail, .readTransactionsCredits],
            Self.whole + [.readParty], [.readAccountsBasic],
            [.readAccountsDetail, .readTransactionsBasic, .readTransactionsCredits, .readTransactionsDebits],
        ] {
            #expect(!surface.canSpell(Self.consent(permissions: permissions)))
        }
        let period = TransactionPeriod(from: Self.from, to: .noon)
        #expect(!surface.canSpell(.sample(id: Self.id, permissions: Self.whole, period: period)))
        #expect(!surface.canSpell(.sample(id: Self.id, permissions: Self.whole)))
        let open = TransactionPeriod(from: Self.from, to: nil)
        #expect(!surface.canSpell(.sample(id: Self.id, permissions: Self.whole, period: open, expires: nil)))
        #expect(!surface.canSpell(.sample(permissions: Self.whole, period: open)))
    }
}

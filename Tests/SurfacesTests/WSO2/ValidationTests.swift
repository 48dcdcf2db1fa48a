import Consents
import Surfaces
import TestSupport
import Testing
import Text

/// Whether a request for account data may pass a gateway.
struct ValidationTests {
    private static func question(
        _ resource: WireText,
        method: WireText = "GET",
        client: WireText = "tpp-1",
        person: WireText = "psu-anna",
        elected: WireText? = nil
    ) throws -> ValidationQuestion {
        var members = [
            JSON.Member("consentId", "consent-1"), JSON.Member("clientId", .text(client)),
            JSON.Member("userId", .text(person)),
            JSON.Member(
                "resourceParams",
                ["resource": .text(resource), "context": "/open-banking/v3.1/aisp", "httpMethod": .text(method)]
            ),
        ]
        if let elected { members.append(JSON.Member("electedResource", .text(elected))) }
        return try ValidationQuestion(.object(members))
    }

    private static let consent = Consent.sample(
        permissions: [.readAccountsBasic, .readBalances, .readTransactionsDetail, .readTransactionsCredits],
        status: .authorised,
        authorisation: .sample
    )

    private static func decide(
        _ question: ValidationQuestion,
        _ consent: Consent? = consent,
        held: Set<Identifier<Account>>? = ["account-1", "account-2"],
        at now: Timestamp = .noon + 120
    ) -> ValidationFault? {
        question.decide(consent, held: held, at: now)
    }

    @Test(arguments: [
        "/accounts", "/aisp/accounts", "/open-banking/v3.1/aisp/accounts", "/accounts/account-1",
        "/accounts/account-2/balances", "/balances", "/transactions?fromBookingDateTime=2026-01-01T00:00:00",
        "/accounts/account-1/transactions",
    ])
    func `what the consent opens passes`(resource: WireText) throws {
        #expect(Self.decide(try Self.question(resource)) == nil)
    }

    @Test(
        arguments: [
            ("/beneficiaries", .permissionLacking), ("/accounts/account-1/statements", .permissionLacking),
            ("/party", .permissionLacking), ("/accounts/account-3", .accountNotOpen),
            ("/accounts/Account-1", .accountNotOpen), ("/payments", .pathUnknown), ("/", .pathUnknown),
            ("", .pathUnknown),
        ] as [(WireText, ValidationFault)]
    )
    func `what it does not open is refused, and why is said`(resource: WireText, fault: ValidationFault) throws {
        guard !resource.isEmpty else {
            #expect(throws: SurfaceRefusal.self) { try Self.question(resource) }
            return
        }
        #expect(Self.decide(try Self.question(resource)) == fault)
    }

    @Test(arguments: [
        "/accounts/../balances", "/accounts/./account-1", "//accounts", "/accounts/", "/accounts/%61ccount-1",
        "/accounts/account-1%2Fbalances", "/accounts/account-1/balances/", "/Accounts", "/accounts;x", "accounts",
        "/accounts#x", "/accounts/account-1\\balances", "/accounts/{AccountId}", "/aisp/aisp/accounts",
        "/accounts\u{0}",
    ])
    func `SD-27 a path that could mean another one opens nothing`(resource: WireText) throws {
        #expect(Self.decide(try Self.question(resource)) == .pathUnknown)
    }

    @Test(arguments: ["get", "Get", "POST", "HEAD", "GET ", "OPTIONS"])
    func `SD-27 a method has its own case and no other`(method: WireText) throws {
        #expect(Self.decide(try Self.question("/accounts", method: method)) == .pathUnknown)
    }

    @Test func `SD-27 the path that a gateway chose is the one that was asked for`() throws {
        let path: WireText = "/accounts/account-1/balances"
        for elected in ["/accounts/{AccountId}/balances", path] as [WireText] {
            #expect(Self.decide(try Self.question(path, elected: elected)) == nil)
        }
        for elected in ["/accounts/{AccountId}", "/accounts/account-2/balances", "/balances", "/{x}"] as [WireText] {
            #expect(Self.decide(try Self.question(path, elected: elected)) == .pathUnknown)
        }
    }

    @Test func `a consent opens what is left of it, to its client, for its person, in its time`() throws {
        let question = try Self.question("/accounts/account-1")
        #expect(Self.decide(question, nil) == .consentUnknown)
        #expect(Self.decide(try Self.question("/accounts", client: "tpp-2")) == .otherClient)
        #expect(Self.decide(try Self.question("/accounts", person: "psu-bert")) == .otherPerson)
        #expect(Self.decide(question, held: ["account-2"]) == .accountNotOpen)
        #expect(Self.decide(question, at: .noon + Timestamp.days(90)) == .expired)
        for status in Consent.Status.allCases where status != .authorised {
            let consent = Consent.sample(status: status, authorisation: .sample)
            #expect(Self.decide(question, consent) == .wrongState)
        }
        let deleted = Consent.sample(status: .revoked, deleted: .noon, authorisation: .sample)
        #expect(Self.decide(question, deleted) == .wrongState)
    }

    @Test func `SD-27 a consent of somebody who may not act any more opens nothing`() throws {
        for path in ["/accounts", "/accounts/account-1", "/transactions"] as [WireText] {
            #expect(Self.decide(try Self.question(path), held: nil) == .wrongState)
        }
        #expect(Self.decide(try Self.question("/accounts", person: "psu-bert"), held: nil) == .otherPerson)
    }

    @Test func `transactions need a depth and a direction`() throws {
        let depth = Consent.sample(
            permissions: [.readAccountsBasic, .readTransactionsBasic],
            status: .authorised,
            authorisation: .sample
        )
        #expect(Self.decide(try Self.question("/transactions"), depth) == .permissionLacking)
    }

    @Test(arguments: ValidationFault.allCases)
    func `every no has a status, and tells a stranger nothing of the consent`(fault: ValidationFault) {
        #expect([400, 401, 403].contains(fault.status))
        #expect(fault.isAboutOwnConsent == (fault != .consentUnknown && fault != .otherClient))
        let answer = ValidationAnswer.document(fault, information: "signed")
        #expect(answer["isValid"] == false)
        #expect(answer["httpCode"] == .text(WireText("\(fault.status)")))
    }

    @Test(arguments: ["{}", #"{"consentId": "c", "clientId": "t", "userId": 1, "resourceParams": {}}"#, "[]"])
    func `a question without its parts is none`(claims: String) throws {
        let claims = try JSONReader.read(Array(claims.utf8))
        #expect(throws: SurfaceRefusal.self) { try ValidationQuestion(claims) }
    }
}

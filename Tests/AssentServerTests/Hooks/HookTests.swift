import AssentServer
import Consents
import Net
import Surfaces
import Synchronization
import TestSupport
import Testing
import Text

/// What the bank's own systems may say to a page and to a decision.
struct HookTests {
    static let accounts = [
        AccountData.sample("current", "Current account"), .sample("savings", "Savings"),
        .sample("locked", "Locked", eligibility: .ineligible(reason: "It is locked.")),
    ]

    static func question(_ consent: Consent = .sample()) throws -> HookQuestion {
        HookQuestion(
            id: try #require(UUID("7d4c1a52-6d1c-4b5e-9c66-0d7e0a5f6f11")),
            consent: consent,
            person: "psu-anna",
            accounts: accounts,
            parameters: ["client_id": "tpp-1"],
            now: .noon
        )
    }

    /// Hooks that answer every event with the same body.
    static func hooks(_ body: String) -> Hooks {
        Hooks { _, _ throws(HookFailure) in Array(body.utf8) }
    }

    static func success(_ data: String) -> Hooks {
        hooks(#"{"responseId": "r", "status": "SUCCESS", "data": \#(data)}"#)
    }

    private func populate(_ hooks: Hooks) async throws -> HookAnswer<Screen> {
        try await hooks.populate(try Self.question())
    }

    private func persist(_ hooks: Hooks, _ count: Int? = 2) async throws -> HookAnswer<[Identifier<Account>]> {
        try await hooks.persist(count.map { Array(Self.accounts.prefix($0)) }, of: try Self.question())
    }

    // MARK: The page

    @Test(arguments: ["{}", #"{"consentData": {}}"#, #"{"consumerData": {"other": 1}, "additionalData": []}"#])
    func `a bank that says nothing about accounts leaves all of them`(data: String) async throws {
        guard case .goOn(let screen) = try await populate(Self.success(data)) else { throw Missing() }
        #expect(screen.accounts == ["current", "savings", "locked"])
        #expect(screen.allowsMany)
    }

    @Test func `a bank takes accounts from a page, and those that cannot be shared stay with their reason`()
        async throws
    {
        let data = #"""
            {"consentData": {"allowMultipleAccounts": false},
             "consumerData": {"accounts": [{"accountId": "savings", "displayName": "S", "selected": true}]}}
            """#
        guard case .goOn(let screen) = try await populate(Self.success(data)) else { throw Missing() }
        #expect(screen.accounts == ["savings", "locked"])
        #expect(!screen.allowsMany)
    }

    @Test func `accounts that are fixed for the consent are the only ones on the page`() async throws {
        let data = #"""
            {"consentData": {"initiatedAccountsForConsent": [{"accountId": "current", "displayName": "C"}]}}
            """#
        guard case .goOn(let screen) = try await populate(Self.success(data)) else { throw Missing() }
        #expect(screen.accounts == ["current", "locked"])
    }

    @Test(arguments: [
        (#"{"consumerData": {"accounts": [{"accountId": "bert-1", "displayName": "B"}]}}"#, "accounts"),
        (#"{"consumerData": {"accounts": [{"accountId": "locked", "displayName": "L"}]}}"#, "accounts"),
        (#"{"consentData": {"permissions": [{"uid": "u", "displayValues": ["ReadPAN"]}]}}"#, "permissions"),
        (#"{"consentData": {"permissions": [{"uid": "u", "displayValues": ["readaccountsdetail"]}]}}"#, "permissions"),
    ])
    func `SD-28 an answer that is wider than the question counts as none`(data: String, name: String) async throws {
        await #expect(throws: HookFailure.wider(name)) { try await populate(Self.success(data)) }
    }

    @Test func `a page that shows less than is granted would deceive the person, and is refused`() async throws {
        let data = #"{"consentData": {"permissions": [{"uid": "u", "displayValues": ["ReadBalances"]}]}}"#
        await #expect(throws: HookFailure.unkept("permissions")) { try await populate(Self.success(data)) }
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"status": "SUCCESS", "data": {}}"#,
        #"{"responseId": "r", "status": "SUCCESS"}"#, #"{"responseId": "r", "status": "success", "data": {}}"#,
        #"{"responseId": "r", "status": "SUCCESS", "status": "ERROR", "data": {}}"#,
        #"{"responseId": "r", "status": "ERROR", "data": {}}"#,
        #"{"responseId": "r", "status": "SUCCESS", "data": {"consentData": []}}"#,
        #"{"responseId": "r", "status": "SUCCESS", "data": {"consumerData": {"accounts": {}}}}"#,
        #"{"responseId": "r", "status": "SUCCESS", "data": {"consumerData": {"accounts": [{"displayName": "S"}]}}}"#,
        #"{"responseId": "r", "status": "SUCCESS", "data": {"additionalData": [{"title": 1}]}}"#,
    ])
    func `SD-28 an answer in another form counts as none`(body: String) async throws {
        await #expect {
            try await populate(Self.hooks(body))
        } throws: { error in
            if case .malformed? = error as? HookFailure { true } else { false }
        }
    }

    @Test(arguments: [("", false), (#", "newConsentStatus": "Rejected""#, true)])
    func `a bank refuses a page, and with it the consent where it says so`(status: String, ends: Bool) async throws {
        let body = #"{"responseId": "r", "status": "ERROR", "data": {"errorMessage": "no"\#(status)}}"#
        #expect(try await populate(Self.hooks(body)) == .refused(ends: ends))
        #expect(try await persist(Self.hooks(body)) == .refused(ends: ends))
    }

    @Test func `a refusal makes no consent authorised`() async throws {
        let body = #"""
            {"responseId": "r", "status": "ERROR", "data": {"errorMessage": "no", "newConsentStatus": "Authorised"}}
            """#
        await #expect(throws: HookFailure.unkept("newConsentStatus")) { try await populate(Self.hooks(body)) }
    }

    // MARK: The decision

    private static func authorised(_ accounts: [String], user: String = "psu-anna") -> String {
        let resources = accounts.map { #"{"accountId": "\#($0)", "permission": "primary", "status": "active"}"# }
        return #"""
            {"consentResource": {"type": "accounts", "status": "Authorised", "authorizations": [
                {"userId": "\#(user)", "status": "Authorised", "resources": [\#(resources.joined(separator: ", "))]}]}}
            """#
    }

    @Test func `a bank keeps a decision as it is, or some of its accounts`() async throws {
        #expect(try await persist(Self.success("{}")) == .goOn(["current", "savings"]))
        #expect(try await persist(Self.success(Self.authorised(["savings"]))) == .goOn(["savings"]))
        let both = Self.authorised(["savings", "current"])
        #expect(try await persist(Self.success(both)) == .goOn(["current", "savings"]))
    }

    @Test func `SD-28 a decision grows by no account, no person, no permission and no day`() async throws {
        let wide = [
            Self.authorised(["current", "bert-1"]), Self.authorised(["savings"], user: "psu-bert"),
            #"""
            {"consentResource": {"authorizations": [{"resources": [{"accountId": "current", "permission": "ReadPAN"}]}]}}
            """#,
            #"{"consentResource": {"validityTime": 0}}"#,
        ]
        for data in wide {
            await #expect {
                try await Self.success(data).persist(
                    [Self.accounts[0]],
                    of: try Self.question(.sample(expires: .noon + 60))
                )
            } throws: { error in
                if case .wider? = error as? HookFailure { true } else { false }
            }
        }
    }

    @Test(arguments: [
        #"{"consentResource": {"validityTime": 1}}"#, #"{"consentResource": {"amendments": []}}"#,
        #"{"consentResource": {"status": "Revoked"}}"#,
        #"{"consentResource": {"authorizations": [{"resources": []}]}}"#,
    ])
    func `what takes away in a way that cannot be kept is kept in no other way`(data: String) async throws {
        await #expect {
            try await persist(Self.success(data))
        } throws: { error in
            if case .unkept? = error as? HookFailure { true } else { false }
        }
    }

    @Test func `a yes that the bank keeps as Rejected is none, and no answer makes a yes of a no`() async throws {
        let rejected = Self.success(#"{"consentResource": {"status": "Rejected"}}"#)
        #expect(try await persist(rejected) == .refused(ends: true))
        #expect(try await persist(Self.success(Self.authorised(["current"])), nil) == .refused(ends: false))
    }

    // MARK: What is sent

    @Test func `the bank is told who decides about what`() async throws {
        let sent = Mutex<[(WireText, JSON?)]>([])
        let hooks = Hooks { event, body throws(HookFailure) in
            sent.withLock { $0.append((event, try? JSONReader.read(body))) }
            return Array(#"{"responseId": "r", "status": "SUCCESS", "data": {}}"#.utf8)
        }
        _ = try await populate(hooks)
        _ = try await persist(hooks, 1)
        let events = sent.withLock { $0 }
        #expect(events.map(\.0) == ["populate-consent-authorize-screen", "persist-authorized-consent"])
        for (_, body) in events {
            #expect(body?["requestId"] == "7d4c1a52-6d1c-4b5e-9c66-0d7e0a5f6f11")
            #expect(body?["data"]?["consentId"] == "consent-1")
            #expect(body?["data"]?["consentResource"]?["status"] == "AwaitingAuthorisation")
            #expect(body?["data"]?["consentResource"]?["clientId"] == "tpp-1")
        }
        #expect(events[0].1?["data"]?["userId"] == "psu-anna")
        let granted = events[1].1?["data"]?["userGrantedData"]
        #expect(events[1].1?["data"]?["isApproved"] == true)
        #expect(granted?["userId"] == "psu-anna")
        let account: JSON = ["accountId": "current", "displayName": "Current account"]
        #expect(granted?["authorizedResources"]?["authorizedData"]?.array?.first?["accounts"] == [account])
    }

    private struct Missing: Error {}
}

extension AccountData {
    /// An account without a history.
    static func sample(
        _ id: Identifier<Account>,
        _ name: WireText,
        eligibility: Eligibility = .eligible
    ) -> AccountData {
        AccountData(
            id: id,
            nickname: name,
            kind: .personal,
            product: .currentAccount,
            currency: "GBP",
            identifications: [],
            servicer: nil,
            eligibility: eligibility,
            balances: [],
            transactions: []
        )
    }
}

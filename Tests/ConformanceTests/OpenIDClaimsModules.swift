import HTTP
import OAuth
import TestSupport
import Testing
import Text

/// The `oidcc-` modules that ask for claims of the person, and the ways of asking the user info endpoint: conformance.md 2.
struct OpenIDClaimsModules {
    typealias Flow = RelyingParty.Flow

    /// What each scope brings: OpenID Connect Core §5.4, and nothing of it in the ID token.
    private static let brought: [WireText: Set<WireText>] = [
        "openid": ["sub"],
        "profile": [
            "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
            "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
        ],
        "email": ["email", "email_verified"], "address": ["address"],
        "phone": ["phone_number", "phone_number_verified"],
    ]

    /// The type that each claim has on the wire: OpenID Connect Core §5.1.
    private func requireTypes(_ claims: JSON) throws {
        for member in try #require(claims.members) {
            switch member.name {
            case "email_verified", "phone_number_verified": #expect(member.value.boolean != nil)
            case "updated_at": #expect(member.value.integer != nil)
            case "address":
                let members = try #require(member.value.members)
                #expect(!members.isEmpty && members.allSatisfy { $0.value.text != nil })
            default: #expect(member.value.text != nil, "\(member.name)")
            }
        }
    }

    private func check(_ scope: WireText, _ flow: Flow, reordered: Bool = false) async throws {
        let party = try RelyingParty(flow)
        var query = party.query([("scope", scope)])
        if reordered { query = FormFields(query.fields.reversed()) }
        let login = try await party.login(await Browser(party.plan).answer(query))
        let answer = await party.userInfo(login.accessToken)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.contentType)?.hasPrefix("application/json") == true)
        let claims = try #require(answer.json)
        let expected = scope.split(at: .space).reduce(into: Set<WireText>()) { $0.formUnion(Self.brought[$1] ?? []) }
        #expect(Set(try #require(claims.members).map(\.name)) == expected)
        #expect(claims["sub"] == login.claims["sub"])
        try requireTypes(claims)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-scope-profile`(flow: Flow) async throws { try await check("openid profile", flow) }

    @Test(arguments: Flow.allCases)
    func `oidcc-scope-email`(flow: Flow) async throws { try await check("openid email", flow) }

    @Test(arguments: Flow.allCases)
    func `oidcc-scope-address`(flow: Flow) async throws { try await check("openid address", flow) }

    @Test(arguments: Flow.allCases)
    func `oidcc-scope-phone`(flow: Flow) async throws { try await check("openid phone", flow) }

    @Test(arguments: Flow.allCases)
    func `oidcc-scope-all`(flow: Flow) async throws { try await check("openid profile email address phone", flow) }

    @Test(arguments: Flow.allCases)
    func `oidcc-alternate-happy-flow: neither the order of scopes nor that of parameters matters`(
        flow: Flow
    ) async throws { try await check("email openid", flow, reordered: true) }

    @Test(arguments: Flow.allCases)
    func `oidcc-claims-essential: the name that was asked for, and nothing else of its scope`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let query = party.query([("claims", #"{"userinfo":{"name":{"essential":true}}}"#)])
        let browser = Browser(party.plan)
        let login = try await party.login(await browser.answer(query))
        let claims = try #require(await party.userInfo(login.accessToken).json)
        #expect(claims == ["sub": "psu-anna", "name": "Anna Lindqvist"])
    }

    @Test func `what is asked for claim by claim is named on the consent page, and remembered as that`() async throws {
        let party = try RelyingParty(.basic)
        let browser = Browser(party.plan)
        _ = try await party.login(await browser.answer(party.query()))
        let claims: WireText = #"{"userinfo":{"birthdate":null,"shoe_size":null},"id_token":{"phone_number":null}}"#
        let opened = await browser.open(party.query([("claims", claims)]))
        #expect(opened.ownPath?.string.hasSuffix("/consent") == true)
        let page = await browser.follow(opened).html
        #expect(page.contains("<li>Your date of birth</li>"))
        #expect(page.contains("<li>Your telephone number</li>"))
        #expect(!page.contains("shoe"))
        let login = try await party.login(await browser.finish(opened), asked: ["phone_number"])
        #expect(login.claims["phone_number"]?.text == "+441632960001")
        #expect(await party.userInfo(login.accessToken).json == ["sub": "psu-anna", "birthdate": "1988-04-17"])
        // The same again is answered, and something else is asked about.
        _ = try party.success(await browser.open(party.query([("claims", claims)])))
        let more = party.query([("claims", #"{"userinfo":{"address":null}}"#)])
        #expect(await browser.open(more).ownPath?.string.hasSuffix("/consent") == true)
    }

    @Test(arguments: [("anna@customers.example", true), ("bert@customers.example", false)] as [(WireText, Bool)])
    func `a claim is told where it has the value that was asked for`(value: WireText, isTold: Bool) async throws {
        let party = try RelyingParty(.basic)
        let claims = WireText(#"{"id_token":{"email":{"essential":true,"value":"\#(value)"}}}"#)
        let response = await Browser(party.plan).answer(party.query([("claims", claims)]))
        let login = try await party.login(response, asked: isTold ? ["email"] : [])
        #expect((login.claims["email"]?.text == value) == isTold)
    }

    // MARK: The user info endpoint

    private func token(_ flow: Flow) async throws -> (RelyingParty, RelyingParty.Login) {
        let party = try RelyingParty(flow)
        return (
            party, try await party.login(await Browser(party.plan).answer(party.query([("scope", "openid email")])))
        )
    }

    private func check(_ answer: Response, _ login: RelyingParty.Login) throws {
        #expect(answer.status == .ok)
        let claims = try #require(answer.json)
        #expect(claims["sub"] == login.claims["sub"])
        #expect(claims["email"]?.text == "anna@customers.example")
        #expect(claims["email_verified"] == true)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-userinfo-get`(flow: Flow) async throws {
        let (party, login) = try await token(flow)
        try check(await party.userInfo(login.accessToken), login)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-userinfo-post-header`(flow: Flow) async throws {
        let (party, login) = try await token(flow)
        let bearer = WireText("Bearer \(login.accessToken)")
        try check(await party.plan.send(.post, "/userinfo", authorization: bearer), login)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-userinfo-post-body`(flow: Flow) async throws {
        let (party, login) = try await token(flow)
        let form = FormFields([.init("access_token", login.accessToken)])
        try check(await party.plan.send(.post, "/userinfo", form: form), login)
    }
}

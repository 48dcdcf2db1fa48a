import Consents
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Grant Management for OAuth 2.0, from the first grant to its end.
struct GrantManagementModules {
    private let plan: Plan

    private static let accounts: WireText = #"[{"type":"account_information","actions":["list_accounts"]}]"#
    private static let balances: WireText =
        #"[{"type":"account_information","actions":["list_accounts","read_balances"]}]"#

    init() throws {
        plan = try Plan(Self.client())
    }

    private static func client(
        scope: Scope = ["openid", "accounts", "grant_management_query", "grant_management_revoke"]
    )
        -> Client
    {
        .sample(
            authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
            responseTypes: [.code],
            scope: scope,
            granting: Granting(detailTypes: [AccountInformation.type])
        )
    }

    private func form(_ details: WireText, _ action: WireText?, of grant: WireText? = nil) -> FormFields {
        FormFields.login.setting("scope", nil).setting("nonce", nil).setting("authorization_details", details)
            .setting("grant_management_action", action).setting("grant_id", grant)
    }

    private func tokens(_ form: FormFields) async throws -> JSON {
        let pushed = try await plan.push(form)
        #expect(pushed.status == .created, "\(pushed.error ?? "")")
        let reference = try #require(pushed.reference)
        let returned = try #require(await Browser(plan).answer(plan.query(reference)).returned)
        let code = try #require(returned["code"])
        return try #require(try await plan.redeem(code).json)
    }

    private func created(_ details: WireText = accounts) async throws -> (tokens: JSON, grant: WireText) {
        let tokens = try await tokens(form(details, "create"))
        return (tokens, try #require(tokens["grant_id"]?.text))
    }

    /// A token by which a client speaks for itself.
    private func own(_ scope: WireText, of client: Client? = nil) async throws -> WireText {
        let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", scope)])
        let answer = await plan.send(.post, "/token", form: try plan.proving(form, by: client))
        return try #require(answer.json?["access_token"]?.text)
    }

    private func call(_ method: HTTP.Method, _ grant: WireText, _ token: WireText) async -> Response {
        await plan.send(method, WireText("/grants/\(grant)"), authorization: WireText("Bearer \(token)"))
    }

    private func query(_ grant: WireText) async throws -> Response {
        await call(.get, grant, try await own("grant_management_query"))
    }

    private func read(_ path: WireText, _ tokens: JSON) async throws -> Response {
        let token = try #require(tokens["access_token"]?.text)
        let path = WireText("/open-banking/v3.1/aisp/accounts\(path)")
        return await plan.send(.get, path, authorization: WireText("Bearer \(token)"))
    }

    private func refresh(_ tokens: JSON) async throws -> Response {
        let token = try #require(tokens["refresh_token"]?.text)
        let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", token)])
        return await plan.send(.post, "/token", form: try plan.proving(form))
    }

    private func consent(_ grant: WireText) async throws -> Consent {
        try #require(try await plan.store.consent(Identifier(grant)))
    }

    @Test func `a grant is created, named in the token answer, and told as it was given`() async throws {
        let (tokens, grant) = try await created(Self.balances)
        let consent = try await consent(grant)
        #expect(consent.status == .authorised)
        let answer = try await query(grant)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.cacheControl) == "no-store")
        let document = try #require(answer.json)
        #expect(document["authorization_details"] == tokens["authorization_details"])
        #expect(document["created_at"]?.text == WireText(consent.created.rfc3339))
        #expect(document["scopes"]?.array == [])
        // §6: no token stands in it.
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("token"))
        // A refresh names it again.
        #expect(try await refresh(tokens).json?["grant_id"]?.text == grant)
    }

    @Test func `merge keeps what was granted and adds what is asked for`() async throws {
        let (before, grant) = try await created(Self.accounts)
        plan.pass(seconds: 1)
        let after = try await tokens(form(Self.balances, "merge", of: grant))
        #expect(after["grant_id"]?.text == grant)
        let consent = try await consent(grant)
        #expect(consent.permissions == [.readAccountsBasic, .readBalances])
        #expect(try await plan.store.revisions(of: consent.id).map(\.reason) == [.registered, .authorised, .amended])
        // §5.2: earlier tokens are worth nothing any more, refresh tokens before all.
        #expect(try await refresh(before).error == "invalid_grant")
        #expect(try await read("", before).status == .unauthorized)
        #expect(try await read("", after).status == .ok)
        #expect(try await query(grant).json?["authorization_details"] == after["authorization_details"])
    }

    @Test func `replace leaves what is asked for and nothing else`() async throws {
        let (before, grant) = try await created(Self.balances)
        let account = try #require(before["authorization_details"]?.array?.first?["accounts"]?.texts?.first)
        #expect(try await read(WireText("/\(account)/balances"), before).status == .ok)
        let after = try await tokens(form(Self.accounts, "replace", of: grant))
        #expect(after["grant_id"]?.text == grant)
        #expect(try await consent(grant).permissions == [.readAccountsBasic])
        #expect(try await read(WireText("/\(account)/balances"), after).status == .forbidden)
        #expect(try await refresh(before).error == "invalid_grant")
    }

    @Test func `a no to other terms leaves the grant and its tokens as they are`() async throws {
        let (tokens, grant) = try await created(Self.accounts)
        let pushed = try await plan.push(form(Self.balances, "merge", of: grant))
        let reference = try #require(pushed.reference)
        #expect(await Browser(plan).answer(plan.query(reference), .deny).returned?["error"] == "access_denied")
        #expect(try await consent(grant).permissions == [.readAccountsBasic])
        #expect(try await refresh(tokens).status == .ok)
    }

    @Test func `two grants of one person live side by side`() async throws {
        let (first, one) = try await created(Self.accounts)
        let (second, other) = try await created(Self.balances)
        #expect(one != other)
        #expect(try await refresh(first).status == .ok)
        #expect(try await refresh(second).status == .ok)
    }

    @Test func `revoking ends the consent and all of its tokens at once`() async throws {
        let (tokens, grant) = try await created()
        let revoker = try await own("grant_management_revoke")
        let answer = await call(.delete, grant, revoker)
        #expect(answer.status == .noContent)
        #expect(answer.body.isEmpty)
        let consent = try await consent(grant)
        #expect(consent.status == .revoked)
        #expect(try await plan.store.revisions(of: consent.id).last?.reason == .revokedByThirdParty)
        #expect(try await plan.store.revisions(of: consent.id).last?.actor == .thirdParty("tpp-1"))
        #expect(try await refresh(tokens).error == "invalid_grant")
        #expect(try await read("", tokens).status == .unauthorized)
        #expect(try await query(grant).status == .notFound)
        #expect(await call(.delete, grant, revoker).status == .notFound)
        // What has ended is not brought back by another request.
        #expect(try await plan.push(form(Self.accounts, "merge", of: grant)).error == "invalid_grant_id")
    }

    // MARK: Whose grant it is

    @Test(arguments: [.get, .delete] as [HTTP.Method])
    func `another client's grant is 403, and one that is not there 404`(method: HTTP.Method) async throws {
        let scope: WireText = method == .get ? "grant_management_query" : "grant_management_revoke"
        let token = try await own(scope)
        let foreign = Consent.sample(id: "grant-of-another", thirdParty: "tpp-2", origin: .authorizationDetails)
        #expect(try await plan.store.commit([.consent(.registration(of: foreign))]) == .kept)
        #expect(await call(method, "grant-of-another", token).status == .forbidden)
        #expect(await call(method, "no-grant", token).status == .notFound)
        // A consent of a consent API is managed there.
        #expect(try await plan.store.commit([.consent(.registration(of: .sample))]) == .kept)
        #expect(await call(method, "consent-1", token).status == .notFound)
        #expect(try await plan.store.consent("grant-of-another")?.status == .awaiting)
    }

    @Test func `a grant is told and ended for the client's own token with the scope, and for no other`() async throws {
        let (tokens, grant) = try await created()
        let querier = try await own("grant_management_query")
        let revoker = try await own("grant_management_revoke")
        #expect(await call(.delete, grant, querier).status == .forbidden)
        #expect(await call(.get, grant, revoker).status == .forbidden)
        let personal = try #require(tokens["access_token"]?.text)
        #expect(await call(.get, grant, personal).status == .forbidden)
        #expect(await call(.get, grant, "nonsense").status == .unauthorized)
        #expect(await plan.send(.get, WireText("/grants/\(grant)")).status == .unauthorized)
        #expect(try await consent(grant).status == .authorised)
    }

    // MARK: Requests

    @Test func `AZ-58 a request about a grant that has one thing wrong is refused`() async throws {
        let (_, grant) = try await created()
        let rows: [(FormFields, WireText)] = [
            (form(Self.accounts, "update", of: grant), "invalid_request"),
            (form(Self.accounts, "create", of: grant), "invalid_request"),
            (form(Self.accounts, nil, of: grant), "invalid_request"),
            (form(Self.accounts, "merge"), "invalid_request"),
            (form(Self.accounts, "replace", of: "no-grant"), "invalid_grant_id"),
            (form(Self.accounts, "merge", of: "grant-of-another"), "invalid_grant_id"),
            (FormFields.login.setting("grant_management_action", "create"), "invalid_request"),
        ]
        let foreign = Consent.sample(
            id: "grant-of-another",
            thirdParty: "tpp-2",
            origin: .authorizationDetails,
            status: .authorised,
            authorisation: .sample
        )
        #expect(try await plan.store.commit([.consent(.registration(of: foreign))]) == .kept)
        for (form, error) in rows {
            #expect(try await plan.push(form).error == error)
            #expect(await Browser(plan).open(form).returned?["error"] == error)
        }
    }

    @Test func `a grant of somebody else is not shown to who is logged in`() async throws {
        let bert = Authorisation(person: "psu-bert", accounts: ["account-9"], given: .noon)
        let foreign = Consent.sample(
            id: "grant-of-bert",
            origin: .authorizationDetails,
            permissions: [.readAccountsBasic],
            status: .authorised,
            authorisation: bert
        )
        #expect(try await plan.store.commit([.consent(.registration(of: foreign))]) == .kept)
        let pushed = try await plan.push(form(Self.balances, "merge", of: "grant-of-bert"))
        let reference = try #require(pushed.reference)
        #expect(await Browser(plan).answer(plan.query(reference)).returned?["error"] == "access_denied")
        #expect(try await consent("grant-of-bert").permissions == [.readAccountsBasic])
    }

    @Test func `a client that is registered for neither scope manages no grants`() async throws {
        let plan = try Plan(Self.client(scope: ["openid", "accounts"]))
        #expect(try await plan.push(form(Self.accounts, "create")).error == "unauthorized_client")
        let pushed = try await plan.push(form(Self.accounts, nil))
        let reference = try #require(pushed.reference)
        let returned = try #require(await Browser(plan).answer(plan.query(reference)).returned)
        let code = try #require(returned["code"])
        let tokens = try #require(try await plan.redeem(code).json)
        #expect(tokens["authorization_details"] != nil)
        #expect(tokens["grant_id"] == nil)
    }

    @Test func `the scopes are a client's own, and no person is asked for them`() async throws {
        let form = form(Self.accounts, "create").setting("scope", "openid grant_management_revoke")
        #expect(try await plan.push(form).error == "invalid_scope")
    }

    @Test func `discovery says what may be done with grants`() async throws {
        let document = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(document["grant_management_endpoint"]?.text == "https://bank.example/grants")
        #expect(
            document["grant_management_actions_supported"]?.texts == ["query", "revoke", "create", "merge", "replace"]
        )
        #expect(document["grant_management_action_required"] == false)
        #expect(document["scopes_supported"]?.texts?.contains("grant_management_query") == true)
    }
}

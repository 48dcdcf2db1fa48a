import OAuth
import TestSupport
import Testing
import Text

/// RFC 9396, where nothing but the rules is needed.
struct AuthorizationDetailsTests {
    static let client = Client.sample(granting: Granting(detailTypes: [AccountInformation.type]))
    private static let wish: WireText =
        #"[{"type":"account_information","actions":["read_balances","list_accounts"]}]"#

    private func read(
        _ details: WireText,
        by client: Client = client,
        scope: WireText? = nil
    ) throws(Refusal) -> AuthorizationRequest {
        let form = FormFields.sampleAuthorization.setting("claims", nil).setting("scope", scope)
            .setting("authorization_details", details)
        return try .read(form, by: client)
    }

    /// One object of the type, with these members beside it.
    private static func wish(with members: String) -> WireText {
        WireText(#"[{"type":"account_information",\#(members)}]"#)
    }

    @Test func `details are read, and need no scope beside them`() throws {
        let request = try read(Self.wish)
        #expect(request.details.accountInformation == AccountInformation(actions: [.listAccounts, .readBalances]))
        #expect(request.detailsText == Self.wish)
        #expect(request.scope.isEmpty)
        #expect(request.asksForConsent)
        #expect(try read(Self.wish, scope: "openid accounts").scope == ["openid", "accounts"])
    }

    @Test func `every member of the type is read`() throws {
        let request = try read(
            Self.wish(
                with: #"""
                    "actions":["list_accounts","read_transactions"],"valid_until":"2027-01-01T00:00:00Z",
                    "datatypes":["transaction_details","account_numbers"],
                    "locations":["https://api.bank.example/accounts"]
                    """#
            )
        )
        let details = try #require(request.details.accountInformation)
        #expect(details.dataTypes == [.accountNumbers, .transactionDetails])
        #expect(details.validUntil == Timestamp(rfc3339: "2027-01-01T00:00:00Z"))
        #expect(details.locations == ["https://api.bank.example/accounts"])
        // RFC 9396 §2.2: where only the details say where they are for, that is whom the tokens are for.
        #expect(request.resources == ["https://api.bank.example/accounts"])
    }

    @Test(arguments: ["", "{}", "[", "[{}", "7", #"{"type":"account_information"}"#, #"[{"type":"a","type":"b"}]"#])
    func `AZ-58 details that are no array of JSON are a bad request`(text: String) {
        guard !text.isEmpty else { return }
        #expect(throws: Refusal.parameterMalformed(.authorizationDetails)) { try read(WireText(text)) }
    }

    @Test func `AZ-58 details are bounded in length and in depth`() {
        let padding = String(repeating: " ", count: Limits.authorizationDetailsBytes)
        #expect(throws: Refusal.parameterMalformed(.authorizationDetails)) {
            try read(WireText("\(Self.wish)\(padding)"))
        }
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: Refusal.parameterMalformed(.authorizationDetails)) { try read(WireText(deep)) }
    }

    @Test(
        arguments: [
            "[]", "[7]", "[{}]", #"[{"type":7}]"#,
            #"[{"type":"payment_initiation","actions":["initiate"],"locations":["https://bank.example"]}]"#,
            #"[{"type":"ACCOUNT_INFORMATION","actions":["list_accounts"]}]"#,
            #"[{"type":"account_information","actions":["list_accounts"]},{"type":"payment_initiation"}]"#,
            #"[{"type":"account_information","actions":["list_accounts"]},{"type":"account_information","actions":["list_accounts"]}]"#,
        ] as [WireText]
    )
    func `AZ-58 a type that is unknown, a payment, or there twice is refused`(text: WireText) {
        #expect(throws: Refusal.detailsInvalid) { try read(text) }
    }

    @Test func `AZ-58 a type that the client is not registered for is refused`() {
        #expect(throws: Refusal.detailsInvalid) { try read(Self.wish, by: .sample) }
    }

    @Test(
        arguments: [
            #""actions":[]"#, #""actions":"list_accounts""#, #""actions":["read_balances"]"#, #""datatypes":[]"#,
            #""actions":["list_accounts","list_accounts"]"#, #""actions":["list_accounts","delete"]"#,
            #""actions":["list_accounts"],"amount":"1""#, #""actions":["list_accounts"],"datatypes":["everything"]"#,
            #""actions":["list_accounts"],"datatypes":["transaction_details"]"#,
            #""actions":["list_accounts"],"locations":["https://evil.example"]"#,
            #""actions":["list_accounts"],"valid_until":"tomorrow""#,
            #""actions":["list_accounts"],"accounts":["account-1"]"#,
            #""actions":["list_accounts"],"accounts":null"#,
        ]
    )
    func `AZ-58 what the type does not have is refused, and not passed over`(members: String) {
        #expect(throws: Refusal.detailsInvalid) { try read(Self.wish(with: members)) }
    }

    @Test func `a request is about one consent`() {
        let form = FormFields.sampleAuthorization.setting("authorization_details", Self.wish)
        #expect(throws: Refusal.detailsContradictory) { try AuthorizationRequest.read(form, by: Self.client) }
    }

    @Test func `details for one place do not go into tokens for another`() {
        let elsewhere = Self.wish(
            with: #""actions":["list_accounts"],"locations":["https://api.bank.example/accounts"]"#
        )
        let form = FormFields.sampleAuthorization.setting("claims", nil).setting("scope", nil)
            .setting("authorization_details", elsewhere).adding("resource", Issuer.sample.text)
        #expect(throws: Refusal.targetInvalid) { try AuthorizationRequest.read(form, by: Self.client) }
    }

    @Test func `without details a scope is asked for as before`() {
        let form = FormFields.sampleAuthorization.setting("scope", nil)
        #expect(throws: Refusal.scopeMissing) { try AuthorizationRequest.read(form, by: Self.client) }
    }

    // MARK: What was granted

    private func refresh(_ asked: WireText?, by client: Client = client) throws(Refusal) -> Issuance {
        let granted = AuthorizationDetails([.accountInformation(.sample)])
        let form = FormFields.sampleRefresh.setting("authorization_details", asked)
        return try RefreshTokenGrant().decide(
            try .sample(form, client: client),
            RefreshTokenGrant.Facts(record: .sample(family: .sample(details: granted)), standing: .sample)
        )
    }

    @Test func `tokens have what was granted, unless less is asked for`() throws {
        #expect(try refresh(nil).details.accountInformation == .sample)
        let part = try refresh(Self.wish(with: #""actions":["read_balances"],"accounts":["account-2"]"#))
        #expect(
            part.details.accountInformation
                == AccountInformation(
                    actions: [.readBalances],
                    validUntil: AccountInformation.sample.validUntil,
                    accounts: ["account-2"]
                )
        )
    }

    @Test(
        arguments: [
            #""actions":["list_accounts"],"accounts":["account-3"]"#,
            #""actions":["list_accounts"],"locations":["https://api.bank.example/accounts"]"#,
            #""actions":["list_accounts"],"valid_until":"2099-01-01T00:00:00Z""#,
        ]
    )
    func `TK-45 more details than were granted are refused`(members: String) {
        #expect(throws: Refusal.detailsNotGranted) { try refresh(Self.wish(with: members)) }
    }

    @Test func `TK-45 details are refused where none were granted`() {
        #expect(throws: Refusal.detailsNotGranted) {
            try RefreshTokenGrant().decide(
                try .sample(.sampleRefresh.setting("authorization_details", Self.wish), client: Self.client),
                RefreshTokenGrant.Facts(record: .sample, standing: .sample)
            )
        }
    }

    @Test func `what a client may no longer ask for it gets no more tokens for`() {
        #expect(throws: Refusal.scopeWithdrawn) { try refresh(nil, by: .sample) }
    }

    @Test func `a client has no details for itself`() {
        let form = FormFields([.init("grant_type", "client_credentials"), .init("authorization_details", Self.wish)])
        #expect(throws: Refusal.detailsInvalid) {
            try ClientCredentialsGrant().decide(try .sample(form, client: Self.client), ())
        }
    }

    @Test func `tokens, answers and introspection say what was granted`() throws {
        let issuance = try refresh(nil)
        let token = AccessToken(
            issuance,
            client: Self.client,
            subjects: .sample,
            issuer: .sample,
            identifier: "j",
            at: .noon
        )
        let claims = try JSONReader.read(token.claims)
        let granted = AuthorizationDetails([.accountInformation(.sample)]).json
        #expect(claims["authorization_details"] == granted)
        #expect(AccessToken(claims: claims) == token)
        #expect(try JSONReader.read(Introspection.active(token).document)["authorization_details"] == granted)
        let answer = TokenAnswer(
            accessToken: "a",
            expiresIn: 60,
            scope: [],
            details: issuance.details,
            refreshToken: nil,
            idToken: nil
        )
        #expect(try JSONReader.read(answer.document)["authorization_details"] == granted)
    }

    @Test(arguments: ["x", [], [7], [["type": "payment"]], [["type": "account_information", "more": 1]]] as [JSON])
    func `IR-03 a token with details that are not understood is not ours`(value: JSON) throws {
        let claims = try JSONReader.read(AccessTokenTests.personal.claims).members ?? []
        let changed = JSON.object(claims + [JSON.Member("authorization_details", value)])
        #expect(AccessToken(claims: changed) == nil)
    }

    @Test func `a client registers for types that there are`() throws {
        let tests = ClientMetadataTests()
        #expect(
            try tests.read(["authorization_details_types": ["account_information"]]).granting.detailTypes
                == ["account_information"]
        )
        #expect(throws: ClientMetadata.Problem.self) {
            try tests.read(["authorization_details_types": ["payment_initiation"]])
        }
        #expect(throws: ClientMetadata.Problem.self) {
            try tests.read([
                "authorization_details_types": ["account_information"], "grant_types": ["client_credentials"],
            ])
        }
    }
}

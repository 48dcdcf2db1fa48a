import OAuth
import TestSupport
import Testing
import Text

/// RFC 8707, where nothing but the rules is needed.
struct ResourcesTests {
    private static let accounts: WireText = "https://api.bank.example/accounts"
    private static let other: WireText = "https://api.bank.example/other"
    private static let login = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)

    private func redeem(_ names: [WireText], of granted: [WireText]) throws(Refusal) -> Issuance {
        var form = FormFields.sampleRedemption
        for name in names { form.append("resource", name) }
        let family = TokenFamily.sample(resources: granted)
        return try AuthorizationCodeGrant().decide(
            try .sample(form),
            AuthorizationCodeGrant.Facts(code: .sample(family: family), standing: .sample)
        )
    }

    @Test func `a request may name several resources that the bank has listed, and us`() throws {
        let form = Self.login.adding("resource", Self.accounts).adding("resource", Issuer.sample.text)
            .adding("resource", Self.accounts)
        #expect(try AuthorizationRequest.read(form).resources == [Self.accounts, Issuer.sample.text])
        #expect(try AuthorizationRequest.read(Self.login).resources.isEmpty)
    }

    @Test(
        arguments: [
            "https://api.bank.example/accounts#", "https://api.bank.example/accounts#f", "/accounts", "accounts",
            "https://api.bank.example/accounts/", "https://API.bank.example/accounts", "https://api.bank.example",
            "https://evil.example", "https:", "urn:x y",
        ] as [WireText]
    )
    func `what is no absolute URI, has a fragment or is not listed is refused`(name: WireText) {
        #expect(throws: Refusal.targetInvalid) {
            try AuthorizationRequest.read(Self.login.adding("resource", Self.accounts).adding("resource", name))
        }
    }

    @Test func `nothing is known where nobody has said what is`() {
        #expect(throws: Refusal.targetInvalid) {
            try AuthorizationRequest.read(Self.login.adding("resource", Issuer.sample.text), resources: .none)
        }
    }

    @Test func `a request names a bounded number of resources`() {
        var form = Self.login
        for _ in 0...Limits.resources { form.append("resource", Self.accounts) }
        #expect(throws: Refusal.targetInvalid) { try AuthorizationRequest.read(form) }
    }

    @Test func `tokens are for what was granted, and a redemption may name less`() throws {
        let granted = [Self.accounts, Self.other]
        #expect(try redeem([], of: granted).resources == granted)
        #expect(try redeem([Self.other], of: granted).resources == [Self.other])
        #expect(try redeem([], of: []).resources == [Issuer.sample.text])
        #expect(try redeem([Issuer.sample.text], of: []).resources == [Issuer.sample.text])
    }

    @Test(
        arguments: [[other], [accounts, other], ["https://bank.example"], ["https://evil.example"], ["x"]]
            as [[WireText]]
    )
    func `TK-45 another resource than was granted is refused`(names: [WireText]) {
        #expect(throws: Refusal.targetInvalid) { try redeem(names, of: [Self.accounts]) }
    }

    @Test func `TK-45 who named no resource has none but us`() {
        #expect(throws: Refusal.targetInvalid) { try redeem([Self.accounts], of: []) }
    }

    @Test func `a client may have a token of its own for a listed resource`() throws {
        let form = FormFields([.init("grant_type", "client_credentials"), .init("resource", Self.other)])
        #expect(try ClientCredentialsGrant().decide(try .sample(form), ()).resources == [Self.other])
        let wrong = form.adding("resource", "https://evil.example")
        #expect(throws: Refusal.targetInvalid) { try ClientCredentialsGrant().decide(try .sample(wrong), ()) }
    }

    @Test func `a token says whom it is for, one name or several`() throws {
        for names in [[Self.accounts], [Self.accounts, Self.other]] {
            let issuance = Issuance(
                subject: .person(.sample),
                scope: ["accounts"],
                resources: names,
                accessTokenExpires: .noon + 60,
                refreshToken: nil,
                changes: []
            )
            let token = AccessToken(
                issuance,
                client: .sample,
                subjects: .sample,
                issuer: .sample,
                identifier: "j",
                at: .noon
            )
            let claims = try JSONReader.read(token.claims)
            #expect(claims["aud"] == (names.count == 1 ? .text(names[0]) : .array(names.map { .text($0) })))
            #expect(AccessToken(claims: claims) == token)
            let told = try JSONReader.read(Introspection.active(token).document)
            #expect(told["aud"] == claims["aud"])
        }
    }
}

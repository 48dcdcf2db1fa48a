import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct ClientAuthenticationTests {
    func decide(
        _ form: FormFields,
        basic: (id: WireText, secret: WireText)? = nil,
        client: Client?,
        at now: Timestamp = .noon
    ) throws(Refusal) -> AuthenticatedClient {
        try ClientAuthentication.decide(
            try PresentedClient(try TokenFields(form), basic: basic),
            client,
            audiences: ClientAssertionTests.audiences,
            at: now
        )
    }

    static let basic = Client.sample
    static let post = Client.sample(authentication: .secretPost(ClientSecret(Fingerprint(of: Client.sampleSecret))))
    static let withoutProof = Client.sample(authentication: .none)
    static let withKeys = SampleAssertion.client
    static let all = [basic, post, withoutProof, withKeys]

    static func assertionForm(_ text: WireText) -> FormFields {
        FormFields([
            .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            .init("client_assertion", text),
        ])
    }

    @Test
    func `each method proves the client that is registered for it`() throws {
        let basic = try decide(FormFields(), basic: ("tpp-1", Client.sampleSecret), client: Self.basic)
        #expect(basic.client.id == "tpp-1")
        #expect(basic.changes.isEmpty)
        let post = FormFields([.init("client_id", "tpp-1"), .init("client_secret", Client.sampleSecret)])
        #expect(try decide(post, client: Self.post).changes.isEmpty)
        #expect(try decide(FormFields([.init("client_id", "tpp-1")]), client: Self.withoutProof).changes.isEmpty)
        let assertion = try decide(Self.assertionForm(try SampleAssertion.text()), client: Self.withKeys)
        #expect(assertion.changes.count == 1)
        #expect(assertion.changes.allSatisfy { if case .spendAssertion("tpp-1", _, _) = $0 { true } else { false } })
    }

    @Test
    func `TK-01 who shows nothing is nobody`() {
        #expect(throws: Refusal.clientCredentialsMissing) { try decide(FormFields(), client: Self.basic) }
        #expect(throws: Refusal.clientCredentialsMissing) {
            try decide(FormFields([.init("client_secret", Client.sampleSecret)]), client: Self.basic)
        }
        #expect(Refusal.clientCredentialsMissing.status == 401)
    }

    @Test(arguments: wrongSecrets)
    func `TK-01 a wrong secret is refused`(secret: WireText) {
        #expect(throws: Refusal.clientCredentialsWrong) {
            try decide(FormFields(), basic: ("tpp-1", secret), client: Self.basic)
        }
        let post = FormFields([.init("client_id", "tpp-1"), .init("client_secret", secret)])
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(post, client: Self.post) }
        #expect(Refusal.clientCredentialsWrong.status == 401)
        #expect(Refusal.clientCredentialsWrong.code == "invalid_client")
    }

    /// TK-05: wrong in the first byte, the last, the length; and the stored form itself.
    static let wrongSecrets: [WireText] = [
        "", "BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\u{0}", "aaecawqfbgcicqoldA0odxarehmufryxgbkagxwdhh8",
        WireText(Hex.encode(Fingerprint(of: Client.sampleSecret).bytes)),
        WireText(String(repeating: "A", count: 60_000)),
    ]

    @Test
    func `TK-01 two kinds of proof at once are refused, even where one of them is good`() throws {
        let assertion = try SampleAssertion.text()
        let forms: [(FormFields, (id: WireText, secret: WireText)?)] = [
            (FormFields([.init("client_secret", Client.sampleSecret)]), ("tpp-1", Client.sampleSecret)),
            (FormFields([.init("client_id", "tpp-1"), .init("client_secret", "x")]), ("tpp-1", Client.sampleSecret)),
            (Self.assertionForm(assertion), ("tpp-1", Client.sampleSecret)),
            (Self.assertionForm(assertion).adding("client_secret", Client.sampleSecret), nil),
            (Self.assertionForm(assertion).adding("client_secret", "x"), ("tpp-1", "x")),
        ]
        for client in Self.all {
            for (form, basic) in forms {
                #expect(throws: Refusal.clientCredentialsTwice) { try decide(form, basic: basic, client: client) }
            }
        }
        #expect(Refusal.clientCredentialsTwice.code == "invalid_request")
        #expect(Refusal.clientCredentialsTwice.status == 400)
    }

    @Test
    func `TK-01 a client that names itself in two ways means the same one`() throws {
        let credentials: (id: WireText, secret: WireText) = ("tpp-1", Client.sampleSecret)
        _ = try decide(FormFields([.init("client_id", "tpp-1")]), basic: credentials, client: Self.basic)
        for id in ["tpp-2", "TPP-1", "tpp-1 "] as [WireText] {
            #expect(throws: Refusal.clientCredentialsTwice) {
                try decide(FormFields([.init("client_id", id)]), basic: credentials, client: Self.basic)
            }
            let form = Self.assertionForm(try SampleAssertion.text()).adding("client_id", id)
            #expect(throws: Refusal.clientCredentialsWrong) { try decide(form, client: Self.withKeys) }
        }
    }

    @Test
    func `TK-02 only the registered method counts`() throws {
        let post = FormFields([.init("client_id", "tpp-1"), .init("client_secret", Client.sampleSecret)])
        let ways: [(name: String, form: FormFields, basic: (id: WireText, secret: WireText)?)] = [
            ("basic", FormFields(), ("tpp-1", Client.sampleSecret)), ("post", post, nil),
            ("none", FormFields([.init("client_id", "tpp-1")]), nil),
            ("keys", Self.assertionForm(try SampleAssertion.text()), nil),
        ]
        for (index, client) in Self.all.enumerated() {
            for (other, way) in ways.enumerated() {
                if index == other {
                    #expect(throws: Never.self) { try decide(way.form, basic: way.basic, client: client) }
                } else {
                    #expect(throws: Refusal.clientCredentialsWrong, "\(way.name)") {
                        try decide(way.form, basic: way.basic, client: client)
                    }
                }
            }
        }
    }

    @Test
    func `TK-06 unknown, disabled and wrong are one answer`() throws {
        let disabled = Client.sample(isEnabled: false)
        let disabledKeys = Client.sample(isEnabled: false, authentication: SampleAssertion.client.authentication)
        let credentials: (id: WireText, secret: WireText) = ("tpp-1", Client.sampleSecret)
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(FormFields(), basic: credentials, client: nil) }
        #expect(throws: Refusal.clientCredentialsWrong) {
            try decide(FormFields(), basic: credentials, client: disabled)
        }
        let form = Self.assertionForm(try SampleAssertion.text())
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(form, client: nil) }
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(form, client: disabledKeys) }
        let named = FormFields([.init("client_id", "tpp-1")])
        #expect(throws: Refusal.clientCredentialsWrong) {
            try decide(named, client: .sample(isEnabled: false, authentication: .none))
        }
    }

    @Test
    func `TK-06 a client other than the one that was named is not proved`() {
        // The caller looked up the wrong one: the good secret of A does not make it B.
        for client in Self.all {
            #expect(throws: Refusal.clientCredentialsWrong) {
                try decide(FormFields(), basic: ("tpp-2", Client.sampleSecret), client: client)
            }
            #expect(throws: Refusal.clientCredentialsWrong) {
                try decide(FormFields([.init("client_id", "tpp-2")]), client: client)
            }
        }
    }

    @Test
    func `TK-09 the same assertion is one name for every endpoint and one a client`() throws {
        let form = Self.assertionForm(try SampleAssertion.text())
        let first = try decide(form, client: Self.withKeys)
        let second = try decide(form, client: Self.withKeys, at: .noon + 30)
        guard case .spendAssertion(let client, let name, _)? = first.changes.first,
            case .spendAssertion(let otherClient, let otherName, _)? = second.changes.first
        else {
            Issue.record("An assertion is not spent.")
            return
        }
        #expect(client == otherClient)
        #expect(name == otherName)
        #expect(Refusal.clientAssertionReplayed.status == 401)
    }

    @Test
    func `TK-13 an assertion of one client does not prove another`() throws {
        let text = try SampleAssertion.text(changing: ["sub": "tpp-2", "iss": "tpp-2"])
        let other = Client.sample(
            id: "tpp-2",
            authentication: .privateKeyJWT(SampleAssertion.keys(SampleAssertion.strangersKey))
        )
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(Self.assertionForm(text), client: other) }
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(Self.assertionForm(text), client: Self.withKeys) }
    }

    @Test(arguments: Parameter.allCases.filter { $0 != .scope && !$0.mayRepeat })
    func `TK-30 no credential comes twice`(parameter: Parameter) throws {
        let form = FormFields([.init("client_id", "tpp-1"), .init("client_secret", Client.sampleSecret)])
        let twice = form.setting(parameter.name, "x").adding(parameter.name, Client.sampleSecret)
        #expect(throws: Refusal.parameterRepeated(parameter)) { try decide(twice, client: Self.post) }
    }
}

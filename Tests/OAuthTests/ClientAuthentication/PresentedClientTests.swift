import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct PresentedClientTests {
    func read(_ form: FormFields, basic: (id: WireText, secret: WireText)? = nil) throws(Refusal) -> PresentedClient {
        try PresentedClient(try TokenFields(form), basic: basic)
    }

    @Test
    func `what was shown is kept as it came`() throws {
        let basic = try read(FormFields(), basic: ("tpp:1", "s e:c%r+et"))
        #expect(basic.id == "tpp:1")
        #expect(basic.proof == .secretBasic("s e:c%r+et"))
        let post = try read(FormFields([.init("client_id", "tpp-1"), .init("client_secret", "s")]))
        #expect(post.proof == .secretPost("s"))
        #expect(try read(FormFields([.init("client_id", "tpp-1")])).proof == PresentedClient.Proof.none)
        let text = try SampleAssertion.text()
        let assertion = try read(ClientAuthenticationTests.assertionForm(text))
        #expect(assertion.id == "tpp-1")
        #expect(try assertion.proof == .assertion(UnverifiedJWT(text)))
    }

    @Test
    func `TK-04 an empty secret of the body is none, and an empty one of the header is wrong`() throws {
        let post = try read(FormFields([.init("client_id", "tpp-1"), .init("client_secret", "")]))
        #expect(post.proof == PresentedClient.Proof.none)
        #expect(try read(FormFields(), basic: ("tpp-1", "")).proof == .secretBasic(""))
        #expect(throws: Refusal.clientCredentialsWrong) {
            try ClientAuthentication.decide(
                try read(FormFields(), basic: ("tpp-1", "")),
                .sample(authentication: .none),
                audiences: [],
                at: .noon
            )
        }
    }

    @Test(
        arguments: [
            (nil, .parameterMissing(.clientAssertionType)), ("", .parameterMissing(.clientAssertionType)),
            ("urn:ietf:params:oauth:client-assertion-type:saml2-bearer", .parameterUnsupported(.clientAssertionType)),
            ("URN:ietf:params:oauth:client-assertion-type:jwt-bearer", .parameterUnsupported(.clientAssertionType)),
            ("jwt-bearer", .parameterUnsupported(.clientAssertionType)),
        ] as [(WireText?, Refusal)]
    )
    func `TK-07 an assertion of no type or of another is refused`(type: WireText?, refusal: Refusal) throws {
        let form = ClientAuthenticationTests.assertionForm(try SampleAssertion.text()).setting(
            "client_assertion_type",
            type
        )
        #expect(throws: refusal) { try read(form) }
    }

    @Test
    func `TK-07 an assertion that names nobody is refused`() throws {
        for subject in [nil, 7, ["tpp-1"], .null] as [JSON?] {
            let form = ClientAuthenticationTests.assertionForm(try SampleAssertion.text(changing: ["sub": subject]))
            #expect(throws: Refusal.clientCredentialsWrong) { try read(form) }
        }
        for text in NaughtyStrings.all {
            #expect(throws: Refusal.clientCredentialsWrong) { try read(ClientAuthenticationTests.assertionForm(text)) }
        }
    }

    @Test
    func `what was shown does not depend on the order of the fields`() throws {
        let form = ClientAuthenticationTests.assertionForm(try SampleAssertion.text()).adding("client_id", "tpp-1")
        let expected = try read(form)
        for shuffled in form.shuffles { #expect(try read(shuffled) == expected) }
    }
}

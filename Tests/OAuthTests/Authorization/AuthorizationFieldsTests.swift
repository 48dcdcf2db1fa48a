import OAuth
import TestSupport
import Testing
import Text

struct AuthorizationFieldsTests {
    @Test
    func `AZ-42 a parameter without a value counts as absent`() {
        let form = FormFields([.init("nonce", ""), .init("state", "x"), .init("prompt", "")])
        let fields = AuthorizationFields(form)
        #expect(fields[.nonce] == nil)
        #expect(fields[.prompt] == nil)
        #expect(fields[.state] == "x")
        #expect(fields[.scope] == nil)
    }

    @Test(arguments: Parameter.allCases.filter { $0.isOfAuthorization && !$0.mayRepeat })
    func `AZ-40 a parameter that came twice is refused and neither value is used`(parameter: Parameter) throws {
        let values: [(WireText, WireText)] = [("a", "b"), ("b", "a"), ("a", "a"), ("", "a"), ("a", ""), ("", "")]
        for (first, second) in values {
            let fields = AuthorizationFields(
                FormFields([.init(parameter.name, first), .init("x", "y"), .init(parameter.name, second)])
            )
            #expect(throws: Refusal.parameterRepeated(parameter)) { try fields.requireOnce(parameter) }
            #expect(throws: Refusal.parameterRepeated(parameter)) { try fields.requireEachOnce() }
            #expect(fields[parameter] == nil)
        }
        let once = AuthorizationFields(FormFields([.init(parameter.name, "a")]))
        try once.requireOnce(parameter)
        try once.requireEachOnce()
    }

    @Test
    func `AZ-43 unknown parameters are ignored, once and twice`() throws {
        let fields = AuthorizationFields(
            FormFields([.init("foo", "1"), .init("state", "x"), .init("foo", "2"), .init("STATE", "y"), .init("", "z")])
        )
        try fields.requireEachOnce()
        #expect(fields[.state] == "x")
    }

    @Test
    func `the parameter that is named does not depend on the order in which repeated ones came`() {
        for fields in FormFields([
            .init("state", "1"), .init("nonce", "1"), .init("state", "2"), .init("nonce", "2"),
        ]).shuffles {
            #expect(throws: Refusal.parameterRepeated(.nonce)) { try AuthorizationFields(fields).requireEachOnce() }
        }
    }

    @Test(arguments: NaughtyStrings.all)
    func `what is parked reads as what came`(text: WireText) throws {
        var form = FormFields()
        for parameter in Parameter.allCases where parameter.isOfAuthorization { form.append(parameter.name, text) }
        let fields = AuthorizationFields(form)
        let parked = AuthorizationFields(try FormFields(fields.encoded))
        #expect(parked == fields)
        for parameter in Parameter.allCases where parameter.isOfAuthorization && !parameter.mayRepeat {
            #expect(parked[parameter] == text)
        }
        #expect(parked.resources == (text.isEmpty ? [] : [text]))
    }

    @Test(
        arguments: [
            "client_secret", "client_assertion", "client_assertion_type", "refresh_token", "code", "code_verifier",
            "token", "token_type_hint", "grant_type",
        ] as [WireText]
    )
    func `SE-01 what belongs to another endpoint is neither read nor parked`(name: WireText) throws {
        let fields = AuthorizationFields(FormFields([.init(name, "a secret"), .init("state", "x")]))
        #expect(fields.encoded == "state=x")
        #expect(fields[try #require(Parameter(name: name))] == nil)
    }

    @Test
    func `what nobody reads is not parked`() throws {
        let fields = AuthorizationFields(FormFields([.init("foo", "kept for nobody"), .init("state", "x")]))
        #expect(fields.encoded == "state=x")
    }
}

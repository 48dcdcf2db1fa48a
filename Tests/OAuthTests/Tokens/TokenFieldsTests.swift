import OAuth
import TestSupport
import Testing
import Text

struct TokenFieldsTests {
    @Test
    func `fields are read by their names`() throws {
        let fields = try TokenFields(.sampleRedemption)
        #expect(fields[.grantType] == "authorization_code")
        #expect(fields[.code] == CodeRecord.sampleCode)
        #expect(try fields.require(.codeVerifier) == CodeRecord.sampleVerifier)
        #expect(fields[.scope] == nil)
    }

    @Test
    func `a resource may come several times`() throws {
        let form = FormFields.sampleRefresh.adding("resource", "b:2").adding("resource", "").adding("resource", "a:1")
        #expect(try TokenFields(form).resources == ["b:2", "a:1"])
    }

    @Test(arguments: Parameter.allCases.filter { !$0.mayRepeat })
    func `TK-30 a parameter that comes twice is refused, whatever its values`(parameter: Parameter) {
        for (first, second) in [("a", "b"), ("a", "a"), ("", "a"), ("a", ""), ("", "")] as [(WireText, WireText)] {
            let form = FormFields([.init(parameter.name, first), .init("x", "y"), .init(parameter.name, second)])
            #expect(throws: Refusal.parameterRepeated(parameter)) { try TokenFields(form) }
        }
    }

    @Test
    func `TK-30 which repeated parameter is told does not depend on the order`() {
        let form = FormFields([.init("code", "1"), .init("scope", "1"), .init("code", "2"), .init("scope", "2")])
        for shuffled in form.shuffles {
            #expect(throws: Refusal.parameterRepeated(.code)) { try TokenFields(shuffled) }
        }
    }

    @Test
    func `an empty parameter is a missing one, and an unknown one is none`() throws {
        let fields = try TokenFields(
            FormFields([.init("code", ""), .init("x", "1"), .init("x", "2"), .init("CODE", "3")])
        )
        #expect(fields[.code] == nil)
        #expect(throws: Refusal.parameterMissing(.code)) { try fields.require(.code) }
    }

    @Test(arguments: NaughtyStrings.all)
    func `a value is kept byte by byte`(text: WireText) throws {
        #expect(try TokenFields(FormFields([.init("code", text)])).require(.code) == text)
    }
}

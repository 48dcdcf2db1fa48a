import Testing
import Text

struct IdentifierTests {
    enum Client {}

    @Test func `SW-01 identifiers are compared by bytes`() {
        let composed = Identifier<Client>("caf\u{E9}")
        #expect(composed != Identifier<Client>("cafe\u{301}"))
        #expect(composed == Identifier<Client>(WireText("caf\u{E9}")))
        #expect("\(composed)" == "caf\u{E9}")
    }
}

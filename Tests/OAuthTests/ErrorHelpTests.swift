import OAuth
import Testing
import Text

struct ErrorHelpTests {
    @Test func `every refusal is in the catalogue`() {
        let missing = Set(Refusal.samples.map(\.label)).subtracting(Refusal.each.map(\.label))
        #expect(missing == [])
    }

    @Test(arguments: Refusal.samples)
    func `every code that can be sent leads to a page that tells its sentence`(refusal: Refusal) {
        let issuer = Issuer("https://bank.example")
        #expect(issuer.map { refusal.page(at: $0) } == WireText("https://bank.example/errors/\(refusal.code)"))
        #expect(ErrorHelp.codes.contains(refusal.code))
        let told = ErrorHelp.about(refusal.code)
        // What names a parameter is told for one of them.
        let isNamed = refusal.label.hasPrefix("parameter")
        #expect(isNamed || told.contains { $0.sentence.string == refusal.sentence })
    }

    @Test(arguments: ErrorHelp.codes)
    func `every error has a cause, a clause and a way out`(code: WireText) {
        for reason in ErrorHelp.about(code) {
            #expect(reason.code == code)
            #expect(reason.cause.string.hasSuffix(".") && reason.fix.string.hasSuffix("."))
            #expect(!reason.clause.isEmpty)
            #expect(ErrorHelp.text(about: code).string.contains(reason.fix.string))
        }
    }

    @Test func `cases that a client must not tell apart are one entry`() {
        let codes: [Refusal] = [.codeUnknown, .codeExpired, .codeReplayed("a", at: Timestamp(1))]
        #expect(Set(codes.map(\.help)).count == 1)
        #expect(Set([Refusal.clientCredentialsWrong, .clientAssertionReplayed].map(\.help)).count == 1)
        #expect(Set([Refusal.intentNotYours, .intentNotAuthorisable].map(\.help)).count == 1)
    }

    @Test func `an unknown error has no entry`() {
        #expect(ErrorHelp.about("no_such_error").isEmpty)
    }
}

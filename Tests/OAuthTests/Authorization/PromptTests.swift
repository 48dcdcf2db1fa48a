import OAuth
import TestSupport
import Testing
import Text

struct PromptTests {
    @Test(
        arguments: [
            (nil, false, false, false), ("none", true, false, false), ("login", false, true, false),
            ("consent", false, false, true), ("select_account", false, true, false),
            ("login consent", false, true, true),
            ("consent login", false, true, true), ("consent select_account login", false, true, true),
        ] as [(WireText?, Bool, Bool, Bool)]
    )
    func `a prompt says what the person is to be asked`(
        text: WireText?,
        isSilent: Bool,
        wantsLogin: Bool,
        wantsConsent: Bool
    ) throws {
        let prompt = try Prompt(text)
        #expect(prompt.isSilent == isSilent)
        #expect(prompt.wantsLogin == wantsLogin)
        #expect(prompt.wantsConsent == wantsConsent)
    }

    @Test(arguments: ["none login", "login none", "none consent", "consent select_account none"] as [WireText])
    func `AZ-53 none stands alone`(text: WireText) {
        #expect(throws: Refusal.promptContradictory) { try Prompt(text) }
    }

    @Test(
        arguments: [
            "foo", "LOGIN", "None", "login login", "none none", "login foo", "none foo", "login ", " login", " ",
            "login  consent", "login\tconsent", "login,consent", "create", "select-account", "login\u{0}",
            "logi\u{301}n",
        ] as [WireText]
    )
    func `AZ-53 unknown and repeated values are refused`(text: WireText) {
        #expect(throws: Refusal.parameterMalformed(.prompt)) { try Prompt(text) }
    }

    @Test
    func `AZ-53 a bomb of values is refused at its first`() {
        let bomb = WireText(String(repeating: "x ", count: 30_000))
        #expect(throws: Refusal.parameterMalformed(.prompt)) { try Prompt(bomb) }
    }
}

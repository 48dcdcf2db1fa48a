import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// RFC 9470 at the sandbox's account API.
struct StepUpTests {
    private let surface = AccountInformation()
    private static let all: [Permission] = [
        .readAccountsDetail, .readBalances, .readTransactionsDetail, .readTransactionsCredits,
    ]

    private func transactions(_ login: StepUp.Login?, _ stepUp: StepUp) throws(SurfaceRefusal) -> JSON {
        try surface.get("/account-1/transactions", Self.all, login: login, stepUp: stepUp)
    }

    private func login(_ seconds: Int, acr: WireText = "urn:b:sca") -> StepUp.Login {
        StepUp.Login(authenticated: .noon - seconds, acr: acr)
    }

    @Test func `a login that is young and strong enough opens transactions`() throws {
        let stepUp = StepUp(maxAge: 300, acr: "urn:b:sca")
        _ = try transactions(login(300), stepUp)
        _ = try transactions(login(86_400, acr: "urn:b:ca"), StepUp())
        _ = try transactions(nil, StepUp())
    }

    @Test func `a login that is too old or too weak is to be made again`() {
        let stepUp = StepUp(maxAge: 300, acr: "urn:b:sca")
        for login in [login(301), login(0, acr: "urn:b:ca"), nil] {
            #expect(throws: SurfaceRefusal.loginInsufficient(stepUp)) { try transactions(login, stepUp) }
        }
        #expect(throws: SurfaceRefusal.loginInsufficient(StepUp(maxAge: 300))) {
            try transactions(nil, StepUp(maxAge: 300))
        }
    }

    @Test func `what needs no fresh login is shown as before`() throws {
        let stepUp = StepUp(maxAge: 300, acr: "urn:b:sca")
        for path in ["", "/account-1", "/account-1/balances"] {
            _ = try surface.get(path, Self.all, login: login(86_400), stepUp: stepUp)
        }
    }

    @Test func `the challenge says what to ask for, and nothing that is not demanded`() {
        let answer = surface.answer(
            .loginInsufficient(StepUp(maxAge: 300, acr: "urn:b:sca")),
            reference: .reference
        )
        #expect(answer.status == .unauthorized)
        let challenge = answer.fields.first(.wwwAuthenticate)?.string ?? ""
        #expect(challenge.hasPrefix("Bearer error=\"insufficient_user_authentication\","))
        #expect(challenge.contains("max_age=\"300\""))
        #expect(challenge.contains("acr_values=\"urn:b:sca\""))
        #expect(!StepUp(maxAge: 60).challenge("DPoP").string.contains("acr_values"))
        #expect(!StepUp(acr: "a").challenge("DPoP").string.contains("max_age"))
        #expect(StepUp(acr: "a").challenge("DPoP").hasPrefix("DPoP "))
    }
}

import OAuth
import TestSupport
import Testing
import Text

struct ScopeTests {
    @Test(
        arguments: ["openid", "openid accounts", "a b c", "!", "#", "[", "]", "~", "urn:x:y", "a/b?c=d"] as [WireText]
    )
    func `values between single spaces are read in their order and written again`(text: WireText) throws {
        let scope = try #require(Scope(text))
        #expect(scope.text == text)
        #expect(scope.values == text.split(at: .space))
    }

    @Test(
        arguments: [
            "", " ", "openid ", " openid", "openid  accounts", "openid\taccounts", "openid\naccounts",
            "openid,accounts\"",
            "\"", "a\\b", "a\u{0}", "caf\u{E9}", "cafe\u{301}", "open\u{200B}id", "a\u{7F}", "openid openid",
            "openid accounts openid", "a\u{A0}b",
        ] as [WireText]
    )
    func `AZ-59 what RFC 6749 does not allow and what is said twice is refused`(text: WireText) {
        #expect(Scope(text) == nil)
    }

    @Test
    func `AZ-59 more values than anybody needs are refused in linear time`() {
        func text(_ count: Int) -> WireText { WireText((0..<count).map { "s\($0)" }.joined(separator: " ")) }
        #expect(Scope(text(Limits.scopes))?.values.count == Limits.scopes)
        #expect(Scope(text(Limits.scopes + 1)) == nil)
        let clock = ContinuousClock()
        let bomb = text(10_000)
        let spent = clock.measure { for _ in 0..<20 { #expect(Scope(bomb) == nil) } }
        #expect(spent < .seconds(5))
    }

    @Test
    func `membership is by bytes`() {
        let scope: Scope = ["openid", "caf\u{E9}"]
        #expect(scope.contains("openid"))
        #expect(!scope.contains("OPENID"))
        #expect(!scope.contains("openid "))
        #expect(!scope.contains("cafe\u{301}"))
    }

    @Test
    func `a subset is one in any order, and the empty scope is in every one`() {
        let scope: Scope = ["openid", "accounts", "offline_access"]
        #expect((["accounts", "openid"] as Scope).isSubset(of: scope))
        #expect(([] as Scope).isSubset(of: scope))
        #expect(([] as Scope).isSubset(of: []))
        #expect(!(["accounts", "payments"] as Scope).isSubset(of: scope))
        #expect(!scope.isSubset(of: ["openid", "accounts"]))
        #expect(!(["openid"] as Scope).isSubset(of: []))
    }
}

import Crypto
import TestSupport
import Testing
import Text

struct PasswordHashTests {
    /// Made with Python's `hashlib.scrypt`.
    static let battery: WireText =
        "$scrypt$ln=12,r=8,p=2$AAECAwQFBgcICQoLDA0ODw$BdcB+/HdqgjAObOdYrTCZLqZvrHz+8uTmGYeelHjMnk"
    static let accented: WireText =
        "$scrypt$ln=12,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$7ZB0Q5tX4UO1FmUmH4e4XQJ/h3hzTvSEnHu4K+CMeY0"

    @Test(
        arguments: [(battery, "correct horse battery staple"), (accented, "pass\u{E9}\0word")] as [(WireText, WireText)]
    )
    func `a hash of another library accepts its password and no other`(text: WireText, password: WireText) throws {
        let hash = try #require(PasswordHash(text))
        #expect(try hash.accepts(password))
        #expect(hash.text == text)
        for wrong in [
            "", " ", "correct horse battery staple ", "Correct horse battery staple", "passe\u{301}\0word",
            "pass\u{E9}",
        ] {
            #expect(try !hash.accepts(WireText(wrong)))
        }
    }

    @Test
    func `a hash is made with its own salt and read back`() throws {
        let cost = try #require(PasswordHash.Cost(logN: 12, passes: 1))
        let first = try PasswordHash(of: "secret", cost: cost, entropy: .system)
        let second = try PasswordHash(of: "secret", cost: cost, entropy: .system)
        #expect(first.text != second.text)
        #expect(try PasswordHash(first.text)?.accepts("secret") == true)
        #expect(try !second.accepts("Secret"))
        #expect(PasswordHash.Cost.standard == PasswordHash.Cost(logN: 15, passes: 1))
    }

    @Test(arguments: [WireText(""), WireText(String(repeating: "a", count: Limits.passwordBytes + 1))])
    func `passwords outside the bounds have no hash`(password: WireText) throws {
        #expect(throws: PasswordHash.Failure.length) { try PasswordHash(of: password, entropy: .system) }
        #expect(try #require(PasswordHash(Self.battery)).accepts(password) == false)
    }

    @Test
    func `without random bytes there is no hash`() {
        let broken = Entropy { _ throws(EntropyFailure) in throw EntropyFailure(reason: OpenSSLFailure()) }
        #expect(throws: PasswordHash.Failure.self) { try PasswordHash(of: "secret", entropy: broken) }
    }

    @Test
    func `nobody has a hash that costs as much and accepts nothing`() throws {
        #expect(PasswordHash.ofNobody.cost == .standard)
        #expect(try !PasswordHash.ofNobody.accepts("secret"))
    }

    @Test(
        arguments: [
            ("ln=12", "ln=4"), ("ln=12", "ln=11"), ("ln=12", "ln=18"), ("ln=12", "ln=63"), ("ln=12", "ln=012"),
            ("ln=12", "ln=+12"), ("ln=12", "ln=-12"), ("ln=12", "ln=99999999999999999999"), ("ln=12", "n=12"),
            ("r=8", "r=1"), ("r=8", "r=1073741824"), ("p=2", "p=0"), ("p=2", "p=5"), ("p=2", "p=2,t=1"),
            ("$scrypt", "$bcrypt"), ("$scrypt", "scrypt"), ("$scrypt", "$$scrypt"), ("Dw$", "Dw==$"), ("Dw$", "Dx$"),
            ("Dw$", "D$"), ("AAEC", ""), ("Mnk", "Mnk$"), ("Mnk", "Mnk="), ("Mnk", "Mnl"), ("Mnk", ""),
        ]
    )
    func `texts with one thing wrong are refused before anything is computed`(part: String, other: String) {
        let text = Self.battery.string.replacing(part, with: other)
        #expect(text != Self.battery.string)
        #expect(PasswordHash(WireText(text)) == nil)
    }
}

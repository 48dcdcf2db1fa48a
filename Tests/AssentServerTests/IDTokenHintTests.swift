import AssentServer
import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct IDTokenHintTests {
    let key: SigningKey
    let ring: KeyRing

    init() throws {
        key = try #require(SigningKey(try PrivateKey.generate(.p256), algorithm: .es256))
        ring = try KeyRing(KeyRing.Keys([key], required: []))
    }

    func signed(_ issuer: WireText, _ audience: WireText, type: WireText = "JWT") throws -> WireText {
        // Over since 1970: how old a hint is does not matter.
        let claims: JSON = ["iss": .text(issuer), "sub": "psu-anna", "aud": .text(audience), "exp": 1, "iat": 0]
        return try key.sign(JSONWriter.write(claims), type: type)
    }

    @Test
    func `AZ-56 an ID token of ours for this client names a person, expired or not`() throws {
        let hint = try signed(Issuer.sample.text, "tpp-1")
        #expect(ring.subject(hintedBy: hint, of: "tpp-1", issuer: .sample) == "psu-anna")
    }

    @Test
    func `AZ-56 any other token names nobody`() throws {
        let hint = try signed(Issuer.sample.text, "tpp-1")
        #expect(ring.subject(hintedBy: hint, of: "tpp-2", issuer: .sample) == nil)
        let stranger = try KeyRing(
            KeyRing.Keys([try #require(SigningKey(try PrivateKey.generate(.p256), algorithm: .es256))], required: [])
        )
        #expect(stranger.subject(hintedBy: hint, of: "tpp-1", issuer: .sample) == nil)
        let others = [
            try signed("https://other.example", "tpp-1"), try signed(Issuer.sample.text, "tpp-1", type: "at+jwt"),
            WireText("\(hint)A"), "eyJhbGciOiJub25lIn0.e30.", "", "x",
        ]
        for other in others { #expect(ring.subject(hintedBy: other, of: "tpp-1", issuer: .sample) == nil) }
    }
}

import OAuth
import TestSupport
import Testing
import Text

struct MerchantTokenTests {
    private static let token = MerchantToken(
        issuer: .sample,
        user: "user_2abc123def456",
        client: "tpp-1",
        merchant: 7,
        permissions: ["ais:accounts:read", "ais:balance:read"],
        identifier: "token-1",
        at: .noon
    )

    @Test func `a token says what it was made of, for an hour`() throws {
        let claims = try JSONReader.read(Self.token.claims)
        #expect(MerchantToken(claims: claims) == Self.token)
        #expect(claims["merchantId"] == 7)
        #expect(claims["exp"]?.integer == Timestamp.noon.seconds + 3_600)
        #expect(claims["aud"] == "https://bank.example/v1/ais")
        // Who reads access tokens finds none here: no subject of ours, and no audience that is ours alone.
        #expect(claims["aud"]?.text != Issuer.sample.text)
    }

    @Test(
        arguments: [
            ("merchantId", nil), ("merchantId", "7"), ("merchantId", [7]), ("merchantId", .number(7.5)),
            ("merchantId", true), ("sub", nil), ("sub", 1), ("aud", ["a"]), ("permissions", "ais:accounts:read"),
            ("permissions", [1]), ("client_id", nil), ("exp", "1"), ("iss", nil), ("jti", nil), ("iat", nil),
        ] as [(WireText, JSON?)]
    )
    func `SD-50 a token with one claim missing or of another type is none`(name: WireText, value: JSON?) throws {
        let members = try #require(try JSONReader.read(Self.token.claims).members)
        var changed = members.filter { $0.name != name }
        if let value { changed.append(JSON.Member(name, value)) }
        #expect(MerchantToken(claims: .object(changed)) == nil)
    }
}

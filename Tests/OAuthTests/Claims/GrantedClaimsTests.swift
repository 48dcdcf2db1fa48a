import OAuth
import TestSupport
import Testing
import Text

struct GrantedClaimsTests {
    static let some = GrantedClaims(
        idToken: [.init(.name), .init(.email, values: ["anna@customers.example"])],
        userInfo: [.init(.address), .init(.name), .init(.phoneNumberVerified, values: [true, false])]
    )

    @Test
    func `claims come back as they were written`() {
        for claims in [Self.some, .none] { #expect(GrantedClaims(document: claims.document) == claims) }
    }

    @Test(
        arguments: [
            .null, [:], ["id_token": [:]], ["id_token": [:], "userinfo": []],
            ["id_token": [:], "userinfo": ["eye_color": nil]],
        ] as [JSON]
    )
    func `what we have not written is not taken`(document: JSON) {
        #expect(GrantedClaims(document: document) == nil)
    }

    @Test
    func `every claim is named once, wherever it was asked for`() {
        #expect(Self.some.names == [.name, .email, .phoneNumberVerified, .address])
    }

    @Test
    func `claims of other scopes are left out`() {
        let limited = Self.some.limited(to: ["openid", "profile"])
        #expect(limited == GrantedClaims(idToken: [.init(.name)], userInfo: [.init(.name)]))
    }

    @Test
    func `who wants one value is not told another`() {
        let wish = GrantedClaims.Wish(.email, values: ["a", "b"])
        #expect(wish.accepts("b") && !wish.accepts("c"))
        #expect(GrantedClaims.Wish(.email).accepts("c"))
    }

    @Test
    func `every standard claim belongs to a scope of OpenID Connect Core §5.4`() {
        let scopes = Dictionary(grouping: PersonClaim.allCases, by: \.scope)
        #expect(Set(scopes.keys) == ["profile", "email", "address", "phone"])
        #expect(scopes["email"] == [.email, .emailVerified])
        #expect(scopes["phone"] == [.phoneNumber, .phoneNumberVerified])
        #expect(scopes["address"] == [.address])
        #expect(scopes["profile"]?.count == 14)
    }
}

import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct StatusPlaceTests {
    @Test func `names spread over all lists, and order is not in them`() {
        let places = (0..<4_096).map { StatusPlace(randomlyBy: Fingerprint(of: WireText("family-\($0)"))) }
        let counts = (0..<StatusPlace.lists).map { list in places.count { $0.list == list } }
        #expect(counts.allSatisfy { (150...370).contains($0) }, "\(counts)")
        let rising = zip(places, places.dropFirst()).count { $0.number < $1.number }
        #expect((1_848...2_248).contains(rising))
    }

    @Test func `places are counted through, and round the end`() {
        #expect(StatusPlace(number: -1) == nil && StatusPlace(number: 16_777_216) == nil)
        let last = StatusPlace(number: 16_777_215)
        #expect(last?.list == 15 && last?.index == 1_048_575)
        #expect(last?.next.number == 0 && StatusPlace(number: 1_048_575)?.next.list == 1)
    }

    @Test func `a claim is read as it was written, and no other is`() throws {
        let place = try #require(StatusPlace(number: 12 * 1_048_576 + 345))
        let claim = place.claim(issuer: "https://bank.example")
        #expect(claim == ["status_list": ["idx": 345, "uri": "https://bank.example/statuses/12"]])
        #expect(StatusPlace(claim: claim, issuer: "https://bank.example") == place)
        #expect(StatusPlace(claim: claim, issuer: "https://other.example") == nil)
        for (index, uri) in [(1_048_576, "12"), (-1, "12"), (345, "16"), (345, "x")] {
            let other: JSON = [
                "status_list": [
                    "idx": .integer(Int64(index)), "uri": .text(WireText("https://bank.example/statuses/\(uri)")),
                ]
            ]
            #expect(StatusPlace(claim: other, issuer: "https://bank.example") == nil)
        }
    }

    @Test func `an access token that is revoked alone leaves its place, and a swapped one leaves it to its owner`()
        throws
    {
        func token(_ act: JSON?) throws -> AccessToken {
            let claims: JSON = [
                "iss": "https://bank.example", "aud": "https://bank.example", "sub": "psu-anna", "client_id": "tpp-1",
                "jti": "jti-1", "iat": .integer(Timestamp.noon.seconds), "exp": .integer(Timestamp.noon.seconds + 600),
                "family_id": "family-1", "auth_time": .integer(Timestamp.noon.seconds), "acr": "a",
                "status": TokenFamily.sample.place.claim(issuer: "https://bank.example"),
            ]
            return try #require(AccessToken(claims: act.map { claims.setting("act", $0) } ?? claims))
        }
        let place = TokenFamily.sample.place
        let jti = Fingerprint(of: "jti-1")
        #expect(
            Revocation.changes(try token(nil), by: .sample)
                == [.revokeAccessToken(jti, expires: .noon + 600, leaving: place)]
        )
        #expect(
            Revocation.changes(try token(["sub": "tpp-1"]), by: .sample)
                == [.revokeAccessToken(jti, expires: .noon + 600)]
        )
    }
}

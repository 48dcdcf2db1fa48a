import Fuzzing
import JOSE
import Text

/// Claims that are taken say what they must, at the time at which they are taken.
enum FuzzedClaims {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let json = try? JSONReader.read(bytes) else { return .refused }
        let now = Timestamp(1_800_000_000)
        let checks = ClaimChecks(
            issuer: "i",
            audiences: ["a", "b"],
            allowsOtherAudiences: false,
            required: [.issuer, .expires],
            longestLifeSeconds: 300,
            skewSeconds: 10
        )
        guard let claims = try? checks.decide(json, at: now) else { return .refused }
        try require(claims.issuer == "i", "another issuer")
        try require(!claims.audiences.isEmpty && Set(claims.audiences).isSubset(of: ["a", "b"]), "another audience")
        guard let expires = claims.expires else { throw Broken("claims without an end") }
        try require(expires > now - 10 && expires <= now + 310, "an end at another time")
        try require(claims.notBefore.map { $0 <= now + 10 } ?? true, "claims that do not count yet")
        try require(claims.issued.map { $0 <= now + 10 && $0 >= now - 310 } ?? true, "claims of another time")
        return .accepted
    }
}

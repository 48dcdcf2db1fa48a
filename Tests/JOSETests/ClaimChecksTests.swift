import JOSE
import Testing
import Text

struct ClaimChecksTests {
    static let now = Timestamp(1_700_000_000)
    static let checks = ClaimChecks(
        issuer: "https://client.example",
        subject: "client",
        audiences: ["https://bank.example"],
        required: Set(ClaimChecks.Claim.allCases),
        longestLifeSeconds: 300,
        skewSeconds: 10
    )
    static let good: [JSON.Member] = [
        .init("iss", "https://client.example"), .init("sub", "client"), .init("aud", "https://bank.example"),
        .init("exp", 1_700_000_060), .init("nbf", 1_700_000_000), .init("iat", 1_700_000_000), .init("jti", "1"),
    ]

    @Test
    func `claims that say what they must are given back`() throws {
        let claims = try Self.checks.decide(.object(Self.good), at: Self.now)
        #expect(claims.issuer == "https://client.example")
        #expect(claims.subject == "client")
        #expect(claims.audiences == ["https://bank.example"])
        #expect(claims.expires == Timestamp(1_700_000_060))
        #expect(claims.notBefore == Self.now)
        #expect(claims.issued == Self.now)
        #expect(claims.identifier == "1")
    }

    /// Each row changes one claim of a set that is otherwise right.
    @Test(
        arguments: [
            ("iss", nil, .missing(.issuer)), ("iss", "https://client.example/", .otherIssuer),
            ("iss", "HTTPS://client.example", .otherIssuer), ("iss", 1, .malformed("iss")),
            ("iss", "", .malformed("iss")),
            ("iss", ["https://client.example"], .malformed("iss")), ("sub", nil, .missing(.subject)),
            ("sub", "Client", .otherSubject), ("sub", true, .malformed("sub")), ("sub", "", .malformed("sub")),
            ("sub", .text(WireText(String(repeating: "s", count: 256))), .malformed("sub")),
            ("sub", .text(WireText(String(repeating: "s", count: 255))), .otherSubject),
            ("jti", nil, .missing(.identifier)), ("jti", 1, .malformed("jti")), ("jti", "", .malformed("jti")),
            ("jti", .text(WireText(String(repeating: "j", count: 257))), .malformed("jti")),
            ("aud", nil, .otherAudience), ("aud", "https://other.example", .otherAudience),
            ("aud", "https://bank.example/", .otherAudience), ("aud", [], .malformed("aud")),
            ("aud", 1, .malformed("aud")),
            ("aud", "", .malformed("aud")), ("aud", ["https://bank.example", 1], .malformed("aud")),
            ("aud", ["https://bank.example", ""], .malformed("aud")), ("aud", .null, .malformed("aud")),
            ("aud", ["a": "https://bank.example"], .malformed("aud")),
            ("aud", .array(Array(repeating: "https://bank.example", count: 33)), .malformed("aud")),
            ("exp", nil, .missing(.expires)), ("iat", nil, .missing(.issued)), ("nbf", nil, .missing(.notBefore)),
        ] as [(WireText, JSON?, ClaimRefusal)]
    )
    func `JO-21 a claim with one thing wrong is refused`(name: WireText, value: JSON?, refusal: ClaimRefusal) {
        #expect(throws: refusal) { try Self.checks.decide(Self.claims(name, value), at: Self.now) }
    }

    @Test(
        arguments: ["exp", "nbf", "iat"] as [WireText],
        [
            "1e300", "9007199254740993", "9223372036854775807", "9223372036854775808", "-1", "-0.5", "-1e300",
            "1e17", "\"1\"", "true", "null", "[]", "{}", "[1700000060]", "\"1700000060\"",
        ]
    )
    func `JO-20 what is no time is refused and ends nothing`(name: WireText, number: String) throws {
        let value = try JSONReader.read(Array(number.utf8))
        #expect(throws: ClaimRefusal.malformed(name)) { try Self.checks.decide(Self.claims(name, value), at: Self.now) }
    }

    @Test
    func `JO-20 a number that no double holds is no JSON of ours`() throws {
        let forger = try Forger()
        let token = try forger.token(payload: #"{"exp":1e400}"#)
        #expect(throws: JOSEFailure.badJSON(.badNumber)) {
            try JWT(token, signedBy: try forger.set(), allowing: [.es256])
        }
    }

    @Test(
        arguments: [
            // The clock may be 10 seconds off, and not 11.
            ("exp", "1699999991", nil), ("exp", "1699999990", .expired), ("exp", "0", .expired),
            ("exp", "-0", .expired),
            ("exp", "1699999990.9", .expired), ("exp", "1699999991.5", nil), ("exp", "17e8", nil),
            ("exp", "1700000310", nil), ("exp", "1700000311", .livesTooLong),
            ("exp", "9007199254740992", .livesTooLong),
            ("nbf", "1700000010", nil), ("nbf", "1700000011", .notYetValid), ("nbf", "1700000010.1", .notYetValid),
            ("nbf", "9007199254740992", .notYetValid), ("nbf", "0", nil),
            ("iat", "1700000010", nil), ("iat", "1700000011", .issuedInFuture), ("iat", "1699999690", nil),
            ("iat", "1699999689", .tooOld), ("iat", "9007199254740992", .issuedInFuture),
        ] as [(WireText, String, ClaimRefusal?)]
    )
    func `JO-20 times count with a clock that is seconds off`(
        name: WireText,
        number: String,
        refusal: ClaimRefusal?
    ) throws {
        let members = Self.good.filter { $0.name != "nbf" || name == "nbf" }
        var checks = Self.checks
        checks.required = [.expires]
        let value = try JSONReader.read(Array(number.utf8))
        let claims = JSON.object(members.filter { $0.name != name } + [.init(name, value)])
        if let refusal {
            #expect(throws: refusal) { try checks.decide(claims, at: Self.now) }
        } else {
            #expect(throws: Never.self) { try checks.decide(claims, at: Self.now) }
        }
    }

    @Test
    func `JO-20 a token that begins after its end is refused`() {
        let claims = Self.claims("exp", 1_699_999_999)
        #expect(throws: ClaimRefusal.contradictoryTimes) { try Self.checks.decide(claims, at: Self.now) }
    }

    @Test(arguments: [Timestamp(.min), Timestamp(.max), Timestamp(0)])
    func `JO-20 a clock at its end traps nowhere`(now: Timestamp) {
        #expect(throws: ClaimRefusal.self) { try Self.checks.decide(.object(Self.good), at: now) }
    }

    @Test(
        arguments: [
            (["https://bank.example"], true), (["https://bank.example", "https://bank.example/token"], true),
            (["https://bank.example", "https://other.example"], false), (["https://other.example"], false),
        ] as [(JSON, Bool)]
    )
    func `an audience may be ours alone`(audience: JSON, isTaken: Bool) throws {
        var checks = Self.checks
        checks.audiences = ["https://bank.example", "https://bank.example/token"]
        checks.allowsOtherAudiences = false
        #expect(((try? checks.decide(Self.claims("aud", audience), at: Self.now)) != nil) == isTaken)
        checks.allowsOtherAudiences = true
        #expect(
            ((try? checks.decide(Self.claims("aud", audience), at: Self.now)) != nil)
                == (audience != ["https://other.example"])
        )
    }

    @Test
    func `nothing is asked for that nobody required`() throws {
        let checks = ClaimChecks(audiences: ["a"], required: [])
        #expect(try checks.decide(["aud": "a"], at: Self.now).expires == nil)
        #expect(throws: ClaimRefusal.otherAudience) { try checks.decide([:], at: Self.now) }
        #expect(throws: ClaimRefusal.otherAudience) {
            try ClaimChecks(audiences: []).decide(["aud": "a", "exp": 1_800_000_000], at: Self.now)
        }
    }

    private static func claims(_ name: WireText, _ value: JSON?) -> JSON {
        .object(good.filter { $0.name != name } + (value.map { [.init(name, $0)] } ?? []))
    }
}

import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct ClientAssertionTests {
    static let audiences: [WireText] = ["https://bank.example", "https://bank.example/token"]

    func read(
        _ text: WireText,
        of client: Identifier<Client> = "tpp-1",
        keys: JWKSet = SampleAssertion.keys(SampleAssertion.key),
        profile: Profile = .oauth21,
        at now: Timestamp = .noon
    ) throws(Refusal) -> ClientAssertion {
        guard let token = try? UnverifiedJWT(text) else { throw .clientCredentialsWrong }
        return try ClientAssertion(
            token,
            of: client,
            keys: keys,
            heldTo: profile.demands,
            audiences: Self.audiences,
            at: now
        )
    }

    @Test
    func `a good assertion is spent by its name until it could not be taken any more`() throws {
        let assertion = try read(SampleAssertion.text())
        #expect(
            assertion.spending
                == .spendAssertion("tpp-1", Fingerprint(of: "assertion-1"), expires: .noon + 60 + 10 + 1)
        )
        #expect(assertion.spending.refusal == .clientAssertionReplayed)
    }

    @Test(
        arguments: [
            (.p256, .es256), (.rsa(bits: 2_048), .ps256), (.rsa(bits: 2_048), .rs256), (.ed25519, .edDSA),
        ] as [(PrivateKey.Template, Algorithm)]
    )
    func `every algorithm that discovery lists is taken`(template: PrivateKey.Template, algorithm: Algorithm) throws {
        let key = SampleAssertion.makeKey(template, algorithm, named: "k")
        #expect(ClientAssertion.algorithms.contains(algorithm))
        _ = try read(SampleAssertion.text(key: key), keys: SampleAssertion.keys(key))
    }

    /// Each row changes one claim of an assertion that is otherwise right.
    @Test(
        arguments: [
            ("iss", nil), ("iss", "tpp-2"), ("iss", "TPP-1"), ("iss", "tpp-1 "), ("iss", ""), ("iss", 7),
            ("iss", ["tpp-1"]),
            ("sub", nil), ("sub", "tpp-2"), ("sub", "psu-anna"), ("sub", ""), ("sub", 7), ("sub", ["tpp-1"]),
            ("exp", nil), ("exp", 0), ("exp", -1), ("exp", "1772452860"), ("exp", true), ("exp", .number(1e300)),
            ("exp", .number(.nan)), ("exp", .integer(.max)), ("exp", .integer(Timestamp.noon.seconds - 10)),
            ("exp", .integer(Timestamp.noon.seconds + 311)), ("exp", .integer(Timestamp.noon.seconds + 315_360_000)),
            ("nbf", .integer(Timestamp.noon.seconds + 11)), ("nbf", .integer(Timestamp.noon.seconds + 61)),
            ("nbf", "now"),
            ("iat", .integer(Timestamp.noon.seconds + 11)), ("iat", .integer(Timestamp.noon.seconds + 61)),
            ("iat", "now"),
            ("iat", .integer(Timestamp.noon.seconds - 86_400)),
            ("jti", nil), ("jti", ""), ("jti", 7), ("jti", .null), ("jti", ["a"]),
            ("jti", .text(WireText(String(repeating: "j", count: 10_240)))),
        ] as [(WireText, JSON?)]
    )
    func `TK-07 an assertion with one claim wrong is refused`(claim: WireText, value: JSON?) throws {
        let text = try SampleAssertion.text(changing: [claim: value])
        #expect(throws: Refusal.clientCredentialsWrong) { try read(text) }
    }

    @Test(
        arguments: [
            ("exp", .integer(Timestamp.noon.seconds + 1)), ("exp", .integer(Timestamp.noon.seconds)),
            ("exp", .integer(Timestamp.noon.seconds - 9)), ("exp", .integer(Timestamp.noon.seconds + 310)),
            ("nbf", .integer(Timestamp.noon.seconds + 10)), ("iat", .integer(Timestamp.noon.seconds + 10)),
            ("nbf", .integer(Timestamp.noon.seconds)), ("iat", nil), ("aud", "https://bank.example/token"),
            ("jti", .text(WireText(String(repeating: "j", count: 256)))), ("extra", ["x": 1]),
        ] as [(WireText, JSON?)]
    )
    func `TK-07 what clocks may differ by and what does not matter is taken`(claim: WireText, value: JSON?) throws {
        _ = try read(SampleAssertion.text(changing: [claim: value]))
    }

    @Test(
        arguments: [
            nil, "", "https://other.example", "https://bank.example/", "https://bank.example/par",
            "https://BANK.example",
            "https://bank.exampl", "https://bank.example.evil.test", "https://bank.example/token/", "bank.example",
            "http://bank.example", " https://bank.example", 7, .null, [:], [], ["https://other.example"],
            ["https://bank.example", "https://other.example"], ["https://other.example", "https://bank.example/token"],
            ["https://bank.example", 7],
        ] as [JSON?]
    )
    func `TK-08 an assertion for anybody else too is not for us`(audience: JSON?) throws {
        // Who could take it there could bring it here.
        let text = try SampleAssertion.text(changing: ["aud": audience])
        #expect(throws: Refusal.clientCredentialsWrong) { try read(text) }
    }

    @Test(
        arguments: [
            ("https://bank.example", Profile.allCases),
            (["https://bank.example"], [.oauth21, .openIDConnect, .fapi1AdvancedUK]),
            ("https://bank.example/token", [.oauth21, .openIDConnect, .fapi1AdvancedUK]),
            (["https://bank.example/token"], [.oauth21, .openIDConnect, .fapi1AdvancedUK]),
            (["https://bank.example", "https://other.example"], [.fapi1AdvancedUK]),
            (["https://other.example", "https://bank.example/token"], [.fapi1AdvancedUK]),
            (["https://other.example"], []), ("https://other.example", []),
        ] as [(JSON, [Profile])]
    )
    func `TK-08 whom an assertion may be for is a matter of the profile`(audience: JSON, takers: [Profile]) throws {
        let text = try SampleAssertion.text(changing: ["aud": audience])
        for profile in Profile.allCases {
            let assertion = try? read(text, profile: profile)
            #expect((assertion != nil) == takers.contains(profile), "\(profile)")
        }
    }

    @Test(
        arguments: [
            (.p256, .es256, Profile.allCases), (.rsa(bits: 2_048), .ps256, Profile.allCases),
            (.rsa(bits: 2_048), .rs256, [.oauth21, .openIDConnect]),
            (.ed25519, .edDSA, [.oauth21, .openIDConnect, .fapi2, .fapi2MessageSigning]),
        ] as [(PrivateKey.Template, Algorithm, [Profile])]
    )
    func `TK-03 FAPI takes an assertion in its own algorithms only`(
        template: PrivateKey.Template,
        algorithm: Algorithm,
        takers: [Profile]
    ) throws {
        let key = SampleAssertion.makeKey(template, algorithm, named: "k")
        let text = try SampleAssertion.text(key: key)
        for profile in Profile.allCases {
            let assertion = try? read(text, keys: SampleAssertion.keys(key), profile: profile)
            #expect((assertion != nil) == takers.contains(profile), "\(profile)")
        }
    }

    @Test
    func `TK-10 a changed signature that still verifies is the same assertion`() throws {
        let text = try SampleAssertion.text()
        let malleated = try text.withOtherSignature()
        try #require(malleated != text)
        #expect(try read(malleated).spending == read(text).spending)
    }

    @Test
    func `TK-10 other spellings of the signature's bytes are refused`() throws {
        let text = try SampleAssertion.text().string
        for other in ["\(text)=", "\(text)==", "\(text) ", " \(text)", "\(text)\n", "\(text).", ".\(text)"] {
            #expect(throws: Refusal.clientCredentialsWrong) { try read(WireText(other)) }
        }
        // 64 bytes leave four bits over in the last letter.
        let last = try #require(text.last)
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" where other != last {
            #expect(throws: Refusal.clientCredentialsWrong) { try read(WireText(text.dropLast() + String(other))) }
        }
    }

    @Test(arguments: [0, 1, 60, 300, 310, 311, 3_600, 315_360_000, 9_007_197_482_288_192] as [Int64])
    func `TK-11 no assertion makes us remember it for long`(seconds: Int64) throws {
        let text = try SampleAssertion.text(changing: ["exp": .integer(Timestamp.noon.seconds + seconds)])
        guard let assertion = try? read(text) else {
            #expect(seconds > 310)
            return
        }
        guard case .spendAssertion(_, _, let expires) = assertion.spending else {
            Issue.record("An assertion is not spent.")
            return
        }
        // The longest life, with clocks that differ at either end of it.
        #expect(expires <= Timestamp.noon + 321)
    }

    @Test(arguments: [0, 1, 59, 69])
    func `TK-12 a spent assertion is kept for longer than it could be taken`(seconds: Int) throws {
        let now = Timestamp.noon + seconds
        let assertion = try read(SampleAssertion.text(), at: now)
        guard case .spendAssertion(_, _, let expires) = assertion.spending else {
            Issue.record("An assertion is not spent.")
            return
        }
        #expect(expires > now)
        // At the moment when it is forgotten, and just before, it is refused for its age.
        for moment in [expires - 1, expires] {
            let text = try SampleAssertion.text()
            #expect(throws: Refusal.clientCredentialsWrong) { try read(text, at: moment) }
        }
    }

    @Test
    func `TK-13 the key of another client is no key`() throws {
        let text = try SampleAssertion.text(key: SampleAssertion.strangersKey)
        #expect(throws: Refusal.clientCredentialsWrong) { try read(text) }
        let keys = SampleAssertion.keys(SampleAssertion.strangersKey)
        #expect(throws: Refusal.clientCredentialsWrong) { try read(text, of: "tpp-2", keys: keys) }
        let unnamed = SampleAssertion.makeKey(.p256, .es256, named: "client-key-2")
        #expect(throws: Refusal.clientCredentialsWrong) { try read(try SampleAssertion.text(key: unnamed)) }
        #expect(throws: Refusal.clientCredentialsWrong) { try read(try SampleAssertion.text(), keys: .empty) }
    }

    @Test(
        arguments: [
            "at+jwt", "application/at+jwt", "dpop+jwt", "oauth-authz-req+jwt", "secevent+jwt", "JWS", "", "jwt ",
        ] as [WireText]
    )
    func `TK-03 a token of another kind is no assertion`(type: WireText) throws {
        let text = try SampleAssertion.text(type: type)
        #expect(throws: Refusal.clientCredentialsWrong) { try read(text) }
    }

    @Test(arguments: ["JWT", "jwt", "application/jwt", "client-authentication+jwt"] as [WireText])
    func `an assertion may say what it is`(type: WireText) throws {
        _ = try read(SampleAssertion.text(type: type))
    }

    @Test(arguments: [
        #"{"alg":"none"}"#, #"{"alg":"None"}"#, #"{"alg":"nOnE"}"#, #"{}"#, #"{"alg":""}"#, #"{"alg":7}"#,
        #"{"alg":["ES256"]}"#,
        #"{"alg":"HS256"}"#, #"{"alg":"PS256"}"#, #"{"alg":"RS256"}"#, #"{"alg":"ES384"}"#, #"{"alg":"es256"}"#,
        #"{"alg":"ES256","kid":"client-key-2"}"#, #"{"alg":"ES256","kid":7}"#, #"{"alg":"ES256","crit":["x"]}"#,
        #"{"alg":"ES256","b64":false}"#,
    ])
    func `TK-03 a header that was not signed decides nothing`(header: String) throws {
        let parts = try SampleAssertion.text().split(at: UInt8(ascii: "."))
        for signature in [parts[2], ""] as [WireText] {
            let text = WireText("\(Base64URL.encode(Array(header.utf8))).\(parts[1]).\(signature)")
            #expect(throws: Refusal.clientCredentialsWrong) { try read(text) }
        }
    }

    @Test
    func `TK-03 the client's public key is no shared secret`() throws {
        let header = Base64URL.encode(Array(#"{"alg":"HS256","kid":"client-key-1"}"#.utf8))
        let payload = Base64URL.encode(JSONWriter.write(SampleAssertion.claims))
        let message = Array("\(header).\(payload)".utf8)
        let secrets = [
            Array(SampleAssertion.key.jwk.key.pem.utf8), SampleAssertion.key.jwk.key.der,
            JSONWriter.write(SampleAssertion.key.jwk.json), Array(Client.sampleSecret.bytes),
        ]
        for secret in secrets {
            let signature = Base64URL.encode(HMAC.sha256(key: secret, message: message))
            #expect(throws: Refusal.clientCredentialsWrong) { try read(WireText("\(header).\(payload).\(signature)")) }
        }
    }

    @Test(arguments: NaughtyStrings.all)
    func `TK-03 a naughty string is no assertion and names nobody`(text: WireText) {
        #expect(throws: Refusal.clientCredentialsWrong) { try read(text) }
        #expect(throws: JOSEFailure.self) { try UnverifiedJWT(text) }
    }

    @Test
    func `a truncated or stretched assertion is refused`() throws {
        let text = try SampleAssertion.text().string
        for length in 0..<text.count {
            #expect(throws: Refusal.clientCredentialsWrong) { try read(WireText(String(text.prefix(length)))) }
        }
        #expect(throws: Refusal.clientCredentialsWrong) { try read(WireText(text + "A")) }
        #expect(throws: Refusal.clientCredentialsWrong) { try read(WireText(String(repeating: "A", count: 100_000))) }
    }
}

extension WireText {
    /// The compact token with `s` of its ES256 signature replaced by `n - s`, which verifies as well.
    fileprivate func withOtherSignature() throws -> WireText {
        let parts = split(at: UInt8(ascii: "."))
        let signature = try #require(Base64URL.decode(parts[2]))
        try #require(signature.count == 64)
        let order = try #require(Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        var difference = [UInt8](repeating: 0, count: 32)
        var borrow = 0
        for index in (0..<32).reversed() {
            var digit = Int(order[index]) - Int(signature[32 + index]) - borrow
            borrow = digit < 0 ? 1 : 0
            if digit < 0 { digit += 256 }
            difference[index] = UInt8(digit)
        }
        return WireText("\(parts[0]).\(parts[1]).\(Base64URL.encode(signature.prefix(32) + difference))")
    }
}

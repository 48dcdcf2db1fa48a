import Crypto
import JOSE
import Testing
import Text

struct JWSTests {
    static let payload = Array(
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}".utf8
    )
    static let examples: [(WireText, JSON, Algorithm, [UInt8])] = [
        (Examples.rs256, Examples.rs256Key, .rs256, payload), (Examples.es256, Examples.es256Key, .es256, payload),
        (Examples.edDSA, Examples.edDSAKey, .edDSA, Array("Example of Ed25519 signing".utf8)),
    ]

    @Test(arguments: examples)
    func `the examples of the standards verify, and not when they are touched`(
        token: WireText,
        key: JSON,
        algorithm: Algorithm,
        payload: [UInt8]
    ) throws {
        let publicKey = JSON.object((key.members ?? []).filter { $0.name != "d" })
        let keys = try JWKSet([try JWK(publicKey)])
        #expect(try JWS.read(token, keys, [algorithm]) == payload)
        for allowed in Algorithm.allCases where allowed != algorithm {
            #expect(throws: JOSEFailure.algorithmNotAllowed(algorithm)) { try JWS.read(token, keys, [allowed]) }
        }
        #expect(throws: JOSEFailure.algorithmNotAllowed(algorithm)) { try JWS.read(token, keys, []) }
        for index in token.bytes.indices {
            var letters = token.bytes
            letters[index] = letters[index] == UInt8(ascii: "A") ? UInt8(ascii: "E") : UInt8(ascii: "A")
            let touched = try #require(WireText(letters))
            #expect(throws: JOSEFailure.self) { try JWS.read(touched, keys, [algorithm]) }
        }
    }

    @Test
    func `the example of the standard with a shared key verifies, and not when it is touched`() throws {
        let key = try SharedKey(Examples.hs256Key)
        #expect(try JWS(Examples.hs256).payload(signedBy: key) == Self.payload)
        #expect(throws: JOSEFailure.badSignature) {
            try JWS(WireText(Examples.hs256.string.dropLast(2) + "Xg")).payload(signedBy: key)
        }
        #expect(throws: JOSEFailure.badSignature) {
            try JWS(Examples.hs256).payload(signedBy: try SharedKey([UInt8](repeating: 0, count: 32)))
        }
        #expect(throws: JOSEFailure.algorithmNotAllowed(.es256)) { try JWS(Examples.es256).payload(signedBy: key) }
    }

    @Test
    func `JO-06 a signature cut short is none`() throws {
        let key = try SharedKey(Examples.hs256Key)
        let parts = Examples.hs256.split(at: UInt8(ascii: "."))
        for count in [1, 16, 31] {
            let code = try #require(Base64URL.decode(parts[2])).prefix(count)
            let token = WireText("\(parts[0]).\(parts[1]).\(Base64URL.encode(Array(code)))")
            #expect(throws: JOSEFailure.badSignature) { try JWS(token).payload(signedBy: key) }
        }
    }

    /// For every kind of key, every algorithm that is not its own, signed as well as a forger can.
    @Test(arguments: [Algorithm.es256, .ps256, .rs256, .edDSA])
    func `JO-01 the key chooses the algorithm, and the header may only agree`(algorithm: Algorithm) throws {
        let forger = try Forger(algorithm)
        let keys = try forger.set()
        let everything = Set(Algorithm.allCases)
        for other in Algorithm.allCases where other.signature?.kind != algorithm.signature?.kind {
            let token = try forger.token(header: #"{"alg":"\#(other.name)","kid":"k"}"#)
            #expect(throws: JOSEFailure.keyForOtherUse) { try JWS.read(token, keys, everything) }
            let unnamed = try forger.token(header: #"{"alg":"\#(other.name)"}"#)
            #expect(throws: JOSEFailure.unknownKey) { try JWS.read(unnamed, keys, everything) }
        }
        #expect(try JWS.read(try forger.token(payload: "{}"), keys, everything) == Array("{}".utf8))
    }

    /// The oldest trick: the public key, which everybody has, as the key of an HMAC.
    @Test(arguments: [Algorithm.es256, .rs256])
    func `JO-01 a public key is no shared key`(algorithm: Algorithm) throws {
        let forger = try Forger(algorithm)
        let header = Base64URL.encode(Array(#"{"alg":"HS256","kid":"k"}"#.utf8))
        let signed = "\(header).\(Base64URL.encode(Array("{}".utf8)))"
        for secret in [forger.key.publicKey.der, Array(forger.key.publicKey.pem.utf8)] {
            let code = HMAC.sha256(key: secret, message: Array(signed.utf8))
            let token = WireText("\(signed).\(Base64URL.encode(code))")
            #expect(throws: JOSEFailure.keyForOtherUse) {
                try JWS.read(token, try forger.set(), Set(Algorithm.allCases))
            }
        }
    }

    /// One RSA key can do both, so that only what is registered tells which one is meant.
    @Test(arguments: [(Algorithm.ps256, Algorithm.rs256), (.rs256, .ps256)])
    func `JO-02 the algorithm of the header is that of the key and the one that is run`(
        registered: Algorithm,
        used: Algorithm
    ) throws {
        let forger = try Forger(used)
        let token = try forger.token(payload: "{}")
        let bound = JWK(forger.key.publicKey, keyID: "k", algorithm: .signature(registered))
        #expect(throws: JOSEFailure.keyForOtherUse) { try JWS.read(token, try JWKSet([bound]), [registered, used]) }
        // Signed with one and named as the other.
        let misnamed = try forger.token(header: #"{"alg":"\#(registered.name)","kid":"k"}"#)
        #expect(throws: JOSEFailure.badSignature) { try JWS.read(misnamed, try JWKSet([bound]), [registered, used]) }
        #expect(throws: JOSEFailure.badSignature) { try JWS.read(misnamed, try forger.set(), [registered, used]) }
        #expect(throws: JOSEFailure.algorithmNotAllowed(used)) { try JWS.read(token, try forger.set(), [registered]) }
    }

    @Test(arguments: ["none", "None", "NONE", "nonE", "n\u{43E}ne", "NoNe "])
    func `JO-03 an unsigned token is no token`(name: String) throws {
        let keys = try Forger().set()
        let header = Base64URL.encode(Array(#"{"alg":"\#(name)"}"#.utf8))
        for signature in ["", "AA", Base64URL.encode([UInt8](repeating: 0, count: 64))] {
            let token = WireText("\(header).\(Base64URL.encode(Array("{}".utf8))).\(signature)")
            #expect(throws: JOSEFailure.self) { try JWS.read(token, keys, Set(Algorithm.allCases)) }
        }
        #expect(throws: JOSEFailure.notCompact) { try JWS(WireText("\(header).e30")) }
    }

    @Test
    func `JO-05 a name that nobody has is nobody's, however few keys there are`() throws {
        let forger = try Forger()
        let keys = try forger.set("known")
        for name in ["unknown", "Known", "known ", "", "kn\u{6F}\u{301}wn", "../known", "' OR 1=1 --", "known\0"] {
            let spelled = JSONWriter.write(["alg": "ES256", "kid": .text(WireText(name))])
            let token = try forger.token(header: spelled)
            #expect(throws: JOSEFailure.unknownKey) { try JWS.read(token, keys) }
        }
        let escaped = try forger.token(header: #"{"alg":"ES256","kid":"\u006bnown"}"#)
        #expect(try JWS.read(escaped, keys) == Array("{}".utf8))
    }

    @Test
    func `JO-05 without a name exactly one key may fit`() throws {
        let forger = try Forger()
        let token = try forger.token(header: #"{"alg":"ES256"}"#)
        let other = try Forger()
        let rsa = try Forger(.rs256)
        #expect(try JWS.read(token, try JWKSet([rsa.jwk("r"), forger.jwk("k")])) == Array("{}".utf8))
        let encryption = JWK(other.key.publicKey, keyID: "e", use: .encryption)
        #expect(try JWS.read(token, try JWKSet([encryption, forger.jwk("k")])) == Array("{}".utf8))
        #expect(throws: JOSEFailure.ambiguousKey) {
            try JWS.read(token, try JWKSet([forger.jwk("k"), other.jwk("o")]))
        }
        #expect(throws: JOSEFailure.unknownKey) { try JWS.read(token, try JWKSet([rsa.jwk("r")])) }
        #expect(throws: JOSEFailure.unknownKey) { try JWS.read(token, .empty) }
    }

    @Test
    func `JO-07 degenerate signatures are refused in tokens as well`() throws {
        let forger = try Forger()
        let parts = try forger.token(payload: "{}").split(at: UInt8(ascii: "."))
        for count in [1, 63, 64, 65, 128] {
            let token = WireText("\(parts[0]).\(parts[1]).\(Base64URL.encode([UInt8](repeating: 0, count: count)))")
            #expect(throws: JOSEFailure.badSignature) { try JWS.read(token, try forger.set()) }
        }
    }

    @Test(arguments: [KeyEncryption.rsaOAEP, .rsaOAEP256, .ecdhES])
    func `JO-15 JO-16 an encrypted token is no signed one, though it was made with our key`(
        encryption: KeyEncryption
    ) throws {
        let ours = try Forger(encryption.kind == .rsa ? .rs256 : .es256)
        let token = try JWE.encrypt("a.b.c", to: ours.jwk(), encryption, .a128GCM, entropy: .system)
        #expect(throws: JOSEFailure.notCompact) { try JWS.read(token, try ours.set(), Set(Algorithm.allCases)) }
    }

    @Test
    func `what a token says can be read before it is believed`() throws {
        let token = try JWS(try Forger().token(payload: #"{"iss":"client"}"#))
        #expect(try token.unverifiedClaims()["iss"] == "client")
        #expect(throws: JOSEFailure.badSignature) {
            try token.payload(signedBy: try Forger().set(), allowing: [.es256])
        }
    }

    @Test func `a token signed with a shared key is the example of the XS2A page, and is read with that key only`()
        throws
    {
        let key = try SharedKey(Array("0123456789abcdef0123456789abcdef".utf8))
        let token = key.sign(Array(#"{"token":"1234567890"}"#.utf8).span)
        #expect(token.hasPrefix("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbiI6IjEyMzQ1Njc4OTAifQ."))
        #expect(try JWT(JWS(token), signedBy: key).claims["token"]?.text == "1234567890")
        let other = try SharedKey(Array("0123456789abcdef0123456789abcdeg".utf8))
        #expect(throws: JOSEFailure.badSignature) { try JWT(JWS(token), signedBy: other) }
    }
}

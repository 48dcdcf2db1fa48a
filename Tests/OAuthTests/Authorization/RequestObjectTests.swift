import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct RequestObjectTests {
    static let client = Client.sample(
        profile: .fapi2MessageSigning,
        frontChannel: FrontChannel(keys: SampleAssertion.keys(SampleAssertion.key))
    )

    static let claims: [WireText: JSON] = [
        "iss": "tpp-1", "aud": .text(Issuer.sample.text), "nbf": .integer(Timestamp.noon.seconds),
        "exp": .integer(Timestamp.noon.seconds + 60), "client_id": "tpp-1", "response_type": "code", "max_age": 60,
        "claims": ["id_token": ["acr": ["essential": true]]], "foo": ["bar"],
    ]

    func object(
        _ changes: [WireText: JSON?] = [:],
        key: SigningKey = SampleAssertion.key,
        type: WireText = "oauth-authz-req+jwt"
    ) throws -> WireText {
        var claims = Self.claims
        for (name, value) in changes { claims[name] = value }
        return try key.sign(JSONWriter.write(.object(claims.map { JSON.Member($0.key, $0.value) })), type: type)
    }

    func read(_ object: WireText, of client: Client = client, at now: Timestamp = .noon) throws(Refusal) -> FormFields {
        try RequestObject.read(object, of: client, for: .sample, at: now)
    }

    @Test
    func `RO-06 claims that are parameters are read as a form would hold them, and the others are not`() throws {
        let form = try read(try object())
        #expect(form["max_age"] == "60")
        #expect(form["claims"] == #"{"id_token":{"acr":{"essential":true}}}"#)
        #expect(form["client_id"] == "tpp-1")
        #expect(Set(form.fields.map(\.name)) == ["client_id", "response_type", "max_age", "claims"])
    }

    @Test
    func `RO-05 a token of another type is no request`() throws {
        for type in ["at+jwt", "dpop+jwt", "client-authentication+jwt", "logout+jwt", ""] as [WireText] {
            #expect(throws: Refusal.requestObjectInvalid) { try read(try object(type: type)) }
        }
        #expect(throws: Never.self) { try read(try object(["sub": "somebody"])) }
        #expect(throws: Refusal.requestObjectInvalid) { try read(try SampleAssertion.text()) }
    }

    @Test
    func `RO-01 only the registered algorithm counts, and the profile's where none is`() throws {
        let edwards = SampleAssertion.makeKey(.ed25519, .edDSA, named: "ed")
        let keys = SampleAssertion.keys(SampleAssertion.key, edwards)
        func client(_ profile: Profile, _ algorithm: Algorithm? = nil) -> Client {
            .sample(profile: profile, frontChannel: FrontChannel(keys: keys, requestAlgorithm: algorithm))
        }
        let (curve, twisted) = (try object(), try object(key: edwards))
        #expect(throws: Never.self) { try read(twisted, of: client(.fapi2)) }
        #expect(throws: Never.self) { try read(curve, of: client(.fapi1AdvancedUK)) }
        #expect(throws: Refusal.requestObjectInvalid) { try read(twisted, of: client(.fapi1AdvancedUK)) }
        #expect(throws: Refusal.requestObjectInvalid) { try read(curve, of: client(.fapi2, .edDSA)) }
        #expect(throws: Never.self) { try read(twisted, of: client(.fapi2, .edDSA)) }
        #expect(Refusal.requestObjectInvalid.code == "invalid_request_object")
    }

    @Test
    func `RO-08 who has registered no keys has no request objects`() throws {
        #expect(throws: Refusal.parameterUnsupported(.request)) { try read(try object(), of: .sample) }
    }

    @Test(
        arguments: [
            "../../../dev/null", "' OR 1=1--", "\u{0}", "a\nb", WireText(String(repeating: "k", count: 16_384)),
        ] as [WireText]
    )
    func `RO-03 a key is only ever one of the client's, whatever the header says`(keyID: WireText) throws {
        let key = SampleAssertion.makeKey(.p256, .es256, named: keyID)
        #expect(throws: Refusal.requestObjectInvalid) { try read(try object(key: key)) }
    }

    @Test
    func `RO-03 a key in the header, or the place of one, is not looked at`() throws {
        let stranger = SampleAssertion.strangersKey
        let parts = try object(key: stranger).string.split(separator: ".")
        for member in ["jwk", "jku", "x5u", "x5c"] {
            let value = member == "jwk" ? String(decoding: JSONWriter.write(stranger.jwk.json), as: UTF8.self) : "\"x\""
            let header = Base64URL.encode(Array(#"{"alg":"ES256","\#(member)":\#(value)}"#.utf8))
            #expect(throws: Refusal.requestObjectInvalid) {
                try read(WireText("\(header).\(parts[1]).\(parts[2])"))
            }
        }
    }

    @Test(
        arguments: [
            (3_600, 0, true), (3_601, 0, false), (0 + 10, -3_590, true), (60, -3_600, false), (60, 10, true),
            (60, 11, false),
        ] as [(Int64, Int64, Bool)]
    )
    func `RO-04 an object lives an hour from its beginning`(end: Int64, begin: Int64, isGood: Bool) throws {
        let times: [WireText: JSON?] = [
            "exp": .integer(Timestamp.noon.seconds + end), "nbf": .integer(Timestamp.noon.seconds + begin),
        ]
        let object = try object(times)
        #expect(((try? read(object)) != nil) == isGood)
    }

    @Test
    func `RO-04 without a profile that asks for it nbf may be left out, and exp not`() throws {
        let client = Client.sample(frontChannel: FrontChannel(keys: SampleAssertion.keys(SampleAssertion.key)))
        #expect(throws: Never.self) { try read(try object(["nbf": nil]), of: client) }
        for name in ["exp", "iss", "aud"] as [WireText] {
            #expect(throws: Refusal.requestObjectInvalid) { try read(try object([name: nil]), of: client) }
        }
        let late: JSON = .integer(Timestamp.noon.seconds + 3_700)
        #expect(throws: Refusal.requestObjectInvalid) {
            try read(try object(["nbf": nil, "exp": late]), of: client)
        }
    }
}

import Crypto
import JOSE
import Testing
import Text

struct HeaderTests {
    let forger: Forger
    let keys: JWKSet

    init() throws {
        forger = try Forger()
        keys = try forger.set()
    }

    @Test(
        arguments: [
            (#"{"alg":"none"}"#, .unknownAlgorithm), (#"{"alg":"None","kid":"k"}"#, .unknownAlgorithm),
            (#"{"alg":"n\u006fne","kid":"k"}"#, .unknownAlgorithm), (#"{"alg":"","kid":"k"}"#, .unknownAlgorithm),
            (#"{"kid":"k"}"#, .badHeader("alg")), (#"{}"#, .badHeader("alg")),
            (#"{"alg":["ES256"],"kid":"k"}"#, .badHeader("alg")), (#"{"alg":256,"kid":"k"}"#, .badHeader("alg")),
            (#"{"alg":null,"kid":"k"}"#, .badHeader("alg")), (#"{"Alg":"ES256","kid":"k"}"#, .badHeader("alg")),
            (#"{"alg":"es256","kid":"k"}"#, .unknownAlgorithm), (#"{"alg":"ES256 ","kid":"k"}"#, .unknownAlgorithm),
            (#"{"alg":"ES256","kid":1}"#, .badHeader("kid")), (#"{"alg":"ES256","kid":null}"#, .badHeader("kid")),
            (#"{"alg":"ES256","kid":"k","typ":7}"#, .badHeader("typ")),
            (#"{"alg":"ES256","kid":"k","cty":["JWT"]}"#, .badHeader("cty")),
        ] as [(String, JOSEFailure)]
    )
    func `JO-01 an algorithm is one known name and nothing else`(header: String, failure: JOSEFailure) throws {
        let token = try forger.token(header: header)
        #expect(throws: failure) { try JWS.read(token, keys) }
    }

    /// Each is signed well, and would pass if the header were not looked at.
    @Test(
        arguments: [
            #""crit":["exp"]"#, #""crit":[]"#, #""crit":"exp""#, #""crit":null"#, #""crit":{}"#, #""crit":["alg"]"#,
            #""crit":["nothing"]"#, #""crit":["exp","exp"],"exp":1"#, #""crit":["b64"],"b64":false"#, #""crit":[1]"#,
            #""cri\u0074":["exp"]"#,
        ]
    )
    func `JO-12 what must be understood and is not refuses the token`(member: String) throws {
        let token = try forger.token(header: #"{"alg":"ES256","kid":"k",\#(member)}"#)
        #expect(throws: JOSEFailure.unsupportedHeader("crit")) { try JWS.read(token, keys) }
    }

    @Test(arguments: ["false", "true", "null"])
    func `JO-13 payloads that are not encoded are refused with crit and without it`(value: String) throws {
        let token = try forger.token(header: #"{"alg":"ES256","kid":"k","b64":\#(value)}"#)
        #expect(throws: JOSEFailure.unsupportedHeader("b64")) { try JWS.read(token, keys) }
    }

    @Test(arguments: [(#""zip":"DEF""#, "zip"), (#""enc":"A128GCM""#, "enc")] as [(String, WireText)])
    func `JO-15 compression and encryption are refused in a signed token`(member: String, name: WireText) throws {
        let token = try forger.token(header: #"{"alg":"ES256","kid":"k",\#(member)}"#)
        #expect(throws: JOSEFailure.unsupportedHeader(name)) { try JWS.read(token, keys) }
    }

    /// The forger offers the key that fits in every way a header can; the reader knows another one under that name.
    @Test(arguments: ["k", "other", nil] as [WireText?])
    func `JO-04 a key that a token brings along verifies nothing`(keyID: WireText?) throws {
        let registered = try Forger()
        let own = String(decoding: JSONWriter.write(forger.jwk().json), as: UTF8.self)
        let name = keyID.map { #","kid":"\#($0)""# } ?? ""
        for member in [
            #""jwk":\#(own)"#, #""jku":"https://attacker.example/keys""#, #""x5u":"https://attacker.example/cert""#,
            #""x5c":["MIIB"]"#, #""x5t":"AAAA""#, #""x5t#S256":"AAAA""#,
        ] {
            let token = try forger.token(header: #"{"alg":"ES256"\#(name),\#(member)}"#)
            #expect(throws: JOSEFailure.self) { try JWS.read(token, try registered.set()) }
            // Ignored, not refused: senders put them there out of habit.
            #expect(try JWS.read(token, try forger.set(keyID)) == Array("{}".utf8))
        }
    }

    @Test(
        arguments: [
            ("JWT", "JWT", true), ("jwt", "JWT", true), ("application/at+jwt", "at+jwt", true),
            ("Application/AT+JWT", "at+jwt", true), ("at+jwt", "application/at+jwt", false), ("JWT", "at+jwt", false),
            ("at+jwt ", "at+jwt", false), ("text/at+jwt", "at+jwt", false), ("", "JWT", false),
        ] as [(WireText, WireText, Bool)]
    )
    func `JO-22 a token is of the type it names`(type: WireText, expected: WireText, isOfType: Bool) throws {
        let token = try forger.token(header: #"{"alg":"ES256","kid":"k","typ":"\#(type)"}"#)
        #expect(try JWS(token).header.isOfType(expected) == isOfType)
        #expect(try JWS(try forger.token(payload: "{}")).header.isOfType(expected) == false)
    }
}

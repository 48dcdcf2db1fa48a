import JOSE
import Testing
import Text

/// Tokens that are signed well and spelled badly.
struct JSONStrictnessTests {
    static let bad: [[UInt8]] =
        [
            #"{"alg":"ES256","kid":"k","a":1,"a":2}"#, #"{"alg":"ES256","kid":"k","a":1,"\u0061":2}"#,
            #"{"alg":"none","alg":"ES256","kid":"k"}"#, #"{"alg":"ES256","kid":"k",}"#, #"{"alg":"ES256","kid":"k"}x"#,
            #"{"alg":"ES256","kid":"k"}{}"#, #"{"alg":"ES256","kid":"k"/**/}"#, #"{"alg":"ES256","kid":"k","n":NaN}"#,
            #"{"alg":"ES256","kid":"k","n":01}"#, #"{"alg":"ES256","kid":"k","n":+1}"#,
            #"{"alg":"ES256","kid":"k","n":1e999}"#,
            #"{"alg":"ES256","kid":"k","n":.5}"#, #"{"alg":"ES256","kid":"k","s":"\ud800"}"#,
            #"{'alg':'ES256','kid':'k'}"#,
            #"{"alg":"ES256","kid":"k","s":"\x41"}"#, "{\"alg\":\"ES256\",\"kid\":\"k\",\"s\":\"\n\"}",
            "\u{FEFF}{\"alg\":\"ES256\",\"kid\":\"k\"}", #"{"alg":"ES256","kid":"k""#, #"["alg","ES256"]"#, #""ES256""#,
            "null",
            " ", "{\"alg\":\"ES256\",\"kid\":\"k\"}\0",
            #"{"alg":"ES256","kid":"k","n":\#(String(repeating: "[", count: 5_000))"#,
            #"{"alg":"ES256","kid":"k","n":\#(String(repeating: "[", count: 40) + String(repeating: "]", count: 40))}"#,
        ].map { Array($0.utf8) } + [
            Array(#"{"alg":"ES256","kid":"k","s":""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8),
            Array(#"{"alg":"ES256","kid":"k"}"#.utf16).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
        ]

    @Test(arguments: bad)
    func `JO-19 SW-09 JSON that two readers could read differently is refused`(json: [UInt8]) throws {
        let forger = try Forger()
        let keys = try forger.set()
        let asHeader = try forger.token(header: json)
        #expect(throws: JOSEFailure.self) { try JWS.read(asHeader, keys) }
        let asPayload = try forger.token(header: Array(#"{"alg":"ES256","kid":"k"}"#.utf8), payload: json)
        #expect(throws: JOSEFailure.self) { try JWT(asPayload, signedBy: keys, allowing: [.es256]) }
        #expect(throws: JOSEFailure.self) { try JWS(asPayload).unverifiedClaims() }
        // The same bytes are a payload like any other where nobody asks for claims.
        #expect(try JWS.read(asPayload, keys) == json)
    }
}

import Fuzzing
import JOSE
import Text

/// No token but the one that was signed is believed, whatever is done to it.
enum FuzzedSignedToken {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes) else { return .refused }
        if let proof = try? ProofToken(text, ofType: "JWT", allowing: Set(Algorithm.allCases)) {
            try require(proof.claims.members != nil, "claims that are no object")
        }
        guard let token = try? UnverifiedJWT(text) else { return .refused }
        try require(token.text == text && token.claims.members != nil, "the token is another one")
        let parts = text.split(at: UInt8(ascii: "."))
        try require(parts.count == 3, "a token of \(parts.count) parts")
        for part in parts {
            let decoded = Base64URL.decode(part)
            try require(decoded.map { WireText(Base64URL.encode($0)) } == part, "a part has a second spelling")
        }
        guard let keys else { throw Broken("the keys of the examples are refused") }
        if (try? JWT(token, signedBy: keys, allowing: Set(Algorithm.allCases))) != nil {
            // The signature itself may have a second form, with the other sign of `s`; what was signed may not.
            let signed = text.hasPrefix(signedInput) && parts[2].byteCount == 86
            try require(signed, "a forged token is believed")
        }
        return .accepted
    }

    private static let keys = try? JWKSet(["keys": [exampleKey]])

    /// RFC 7515 §A.3.1, without its private part.
    private static let exampleKey: JSON = [
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]

    /// RFC 7515 §A.3, up to its second dot.
    private static let signedInput: WireText =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
}

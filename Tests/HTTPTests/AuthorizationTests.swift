import HTTP
import Testing
import Text

struct AuthorizationTests {
    /// The pair as RFC 6749 §2.3.1 wants it: each half form-encoded, then joined, then in base64.
    @Test(
        arguments: [
            ("s6BhdRkqt3:gX1fBAt3bV", "s6BhdRkqt3", "gX1fBAt3bV"), ("a%3Ab:c%3Ad", "a:b", "c:d"),
            ("a%25:b%25", "a%", "b%"), ("a%2Bb:c%2Bd", "a+b", "c+d"), ("a+b:c+d", "a b", "c d"),
            ("a%20b:c%20d", "a b", "c d"), ("a%26b:c%3Dd", "a&b", "c=d"), ("%C3%A9:%e2%82%ac", "\u{E9}", "\u{20AC}"),
            ("a:", "a", ""), ("a:b:c", "a", "b:c"), ("a::", "a", ":"), ("a&b:c=d", "a&b", "c=d"),
            ("\u{E9}:\u{20AC}", "\u{E9}", "\u{20AC}"), ("a:%00", "a", "\0"), ("a%2525:b", "a%25", "b"),
        ] as [(String, WireText, WireText)]
    )
    func `TK-04 name and secret of a client are decoded once`(pair: String, id: WireText, secret: WireText) throws {
        let field = WireText("Basic \(Base64.encode(Array(pair.utf8)))")
        #expect(try Authorization(field) == .basic(id: id, secret: secret))
    }

    @Test(arguments: ["Basic", "basic", "BASIC", "bAsIc"])
    func `TK-04 the name of a scheme has no case`(scheme: String) throws {
        #expect(try Authorization(WireText("\(scheme) YTpi")) == .basic(id: "a", secret: "b"))
        #expect(try Authorization(WireText("\(scheme)   YTpi")) == .basic(id: "a", secret: "b"))
    }

    @Test(
        arguments: [
            ("Basic", .base64Malformed), ("Basic ", .base64Malformed), ("Basic YTpi YTpi", .base64Malformed),
            ("Basic YT pi", .base64Malformed), ("Basic YTpi\n", .base64Malformed), ("Basic YTpi\t", .base64Malformed),
            ("Basic YTpiYw", .base64Malformed), ("Basic YTpiYw=", .base64Malformed),
            ("Basic YTpiYw===", .base64Malformed),
            ("Basic YTpi=", .base64Malformed), ("Basic YTpi====", .base64Malformed),
            ("Basic YTpiYx==", .base64Malformed),
            ("Basic YTpi,YTpi", .base64Malformed), ("Basic YTo_", .base64Malformed), ("Basic YTo-", .base64Malformed),
            ("Basic =", .base64Malformed), ("Basic ====", .base64Malformed), ("Basic YTp\u{212A}", .base64Malformed),
            ("Basic \"YTpi\"", .base64Malformed), ("Basic YTpi;", .base64Malformed), ("Basic Y===", .base64Malformed),
            ("Basic YWI=", .colonMissing), ("Basic YSUzQWI=", .colonMissing), ("Basic Og==", .clientMissing),
            ("Basic OmI=", .clientMissing), ("Basic YSU6Yg==", .formMalformed), ("Basic YTpiJQ==", .formMalformed),
            ("Basic YTpiJTI=", .formMalformed), ("Basic YTpiJXp6", .formMalformed), ("Basic YTr/", .formMalformed),
            ("Basic YTolRkY=", .formMalformed), ("Basic YTolQzAlODA=", .formMalformed), ("Bearer", .tokenMalformed),
            ("Bearer ", .tokenMalformed), ("Bearer a b", .tokenMalformed), ("Bearer a,b", .tokenMalformed),
            ("Bearer =", .tokenMalformed), ("Bearer a=b", .tokenMalformed), ("Bearer \"a\"", .tokenMalformed),
            ("Bearer \u{E9}", .tokenMalformed), ("Bearer a\t", .tokenMalformed), ("DPoP", .tokenMalformed),
            ("DPoP a;b", .tokenMalformed), ("", .schemeMalformed), (" Basic YTpi", .schemeMalformed),
            ("Basic:YTpi", .schemeMalformed), ("Basic\tYTpi", .schemeMalformed), ("\u{E9} YTpi", .schemeMalformed),
            ("\"Basic\" YTpi", .schemeMalformed),
        ] as [(WireText, Authorization.Failure)]
    )
    func `TK-04 credentials with one thing wrong are refused`(field: WireText, failure: Authorization.Failure) {
        #expect(throws: failure) { try Authorization(field) }
    }

    @Test
    func `TK-04 two Authorization fields are no credentials at all`() throws {
        var fields = Fields()
        #expect(try Authorization.read(fields) == nil)
        fields.append(.authorization, "Basic YTpi")
        #expect(try Authorization.read(fields) == .basic(id: "a", secret: "b"))
        fields.append(.authorization, "Basic YTpi")
        #expect(throws: Authorization.Failure.repeated) { try Authorization.read(fields) }
    }

    @Test
    func `TK-04 bytes that are not text are refused, and a field of 64 KiB does not get as far`() throws {
        let start = Array("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: ".utf8)
        let head = try #require(try RequestHead.read((start + [0xFF, 13, 10, 13, 10]).span)).head
        #expect(throws: Authorization.Failure.schemeMalformed) { try Authorization.read(head.fields) }
        let huge = start + Array("Basic \(String(repeating: "A", count: 65_536))\r\n\r\n".utf8)
        #expect(throws: Malformation.fieldTooLong) { try RequestHead.read(huge.span) }
    }

    @Test
    func `tokens keep every character, and other schemes only their name`() throws {
        #expect(try Authorization("Bearer aZ09-._~+/==") == .bearer("aZ09-._~+/=="))
        #expect(try Authorization("bearer x.y.z") == .bearer("x.y.z"))
        #expect(try Authorization("DPoP x.y.z") == .dpop("x.y.z"))
        #expect(try Authorization("dpop x") == .dpop("x"))
        #expect(try Authorization("Digest username=\"a\"") == .other(scheme: "digest"))
        #expect(try Authorization("Negotiate") == .other(scheme: "negotiate"))
        #expect(try Authorization("Ba\u{73}ics x") == .other(scheme: "basics"))
    }
}

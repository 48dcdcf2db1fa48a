import OAuth
import TestSupport
import Testing
import Text

struct ClaimsRequestTests {
    @Test
    func `no parameter asks for nothing`() throws {
        #expect(try ClaimsRequest(nil) == .none)
        #expect(try ClaimsRequest("{}") == .none)
    }

    @Test
    func `intent, level and claims are read from where they stand`() throws {
        let claims = try ClaimsRequest(
            """
            {"id_token":{"openbanking_intent_id":{"value":"consent-1","essential":true},\
            "acr":{"essential":true,"values":["urn:a","urn:b"]},"auth_time":null},\
            "userinfo":{"name":null,"email":{"essential":false}},"unknown":7}
            """
        )
        #expect(claims.intent == "consent-1")
        #expect(claims.essentialACR == ["urn:a", "urn:b"])
        #expect(claims.granted.idToken == [])
        #expect(claims.granted.userInfo == [.init(.name), .init(.email)])
    }

    @Test(
        arguments: [
            (#"{"id_token":{"openbanking_intent_id":{"value":"a","essential":true}}}"#, "a"),
            (#"{"userinfo":{"openbanking_intent_id":{"value":"a","essential":true}}}"#, "a"),
            (
                #"{"id_token":{"openbanking_intent_id":{"value":"a","essential":true}},"userinfo":{"openbanking_intent_id":{"value":"a","essential":true}}}"#,
                "a"
            ),
            (#"{"id_token":{"openbanking_intent_id":{"value":"\u0061","essential":true}}}"#, "a"),
            (#"{"id_token":{"other":null}}"#, nil), (#"{"id_token":null,"userinfo":null}"#, nil),
        ] as [(WireText, Identifier<Intent>?)]
    )
    func `an intent may stand in either part`(text: WireText, intent: Identifier<Intent>?) throws {
        #expect(try ClaimsRequest(text).intent == intent)
    }

    @Test
    func `two different intents contradict, and spellings of one letter are different`() {
        #expect(throws: Refusal.intentContradictory) {
            try ClaimsRequest(
                #"{"id_token":{"openbanking_intent_id":{"value":"a","essential":true}},"userinfo":{"openbanking_intent_id":{"value":"b","essential":true}}}"#
            )
        }
        #expect(throws: Refusal.intentContradictory) {
            try ClaimsRequest(
                #"{"id_token":{"openbanking_intent_id":{"value":"\#u{E9}","essential":true}},"userinfo":{"openbanking_intent_id":{"value":"e\#u{301}","essential":true}}}"#
            )
        }
    }

    @Test(
        arguments: [
            (#"{"id_token":{"acr":null}}"#, []), (#"{"id_token":{"acr":{"value":"a"}}}"#, []),
            (#"{"id_token":{"acr":{"essential":false,"values":["a"]}}}"#, []),
            (#"{"id_token":{"acr":{"essential":true}}}"#, []),
            (#"{"id_token":{"acr":{"essential":true,"value":"a"}}}"#, ["a"]),
            (#"{"id_token":{"acr":{"essential":true,"values":["b","a"]}}}"#, ["b", "a"]),
            (#"{"id_token":{"acr":{"value":7}}}"#, []), (#"{"id_token":{"acr":{"values":[]}}}"#, []),
            (#"{"userinfo":{"acr":{"essential":true,"values":["a"]}}}"#, []),
        ] as [(WireText, [WireText])]
    )
    func `AZ-61 only an essential level binds`(text: WireText, levels: [WireText]) throws {
        #expect(try ClaimsRequest(text).essentialACR == levels)
    }

    @Test(
        arguments: [
            "", " ", "x", "{", "{}x", "[]", "7", "null", "\"\"", "{\"id_token\":7}", "{\"id_token\":[]}",
            "{\"userinfo\":\"x\"}", "{\"id_token\":{\"a\":7}}", "{\"id_token\":{\"a\":[]}}",
            "{\"id_token\":{\"a\":true}}",
            #"{"id_token":{"openbanking_intent_id":null}}"#, #"{"id_token":{"openbanking_intent_id":{}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":7,"essential":true}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":null,"essential":true}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":"","essential":true}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":["a"],"essential":true}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"values":["a"],"essential":true}}}"#,
            #"{"id_token":{"acr":{"essential":true,"value":7}}}"#,
            #"{"id_token":{"acr":{"essential":true,"values":"a"}}}"#,
            #"{"id_token":{"acr":{"essential":true,"values":["a",7]}}}"#,
            #"{"id_token":{"acr":{"essential":"true","value":"a"}}}"#,
            #"{"id_token":{"acr":{"essential":1,"value":"a"}}}"#,
            #"{"id_token":{"acr":{"essential":null,"value":"a"}}}"#,
            #"{"id_token":{"acr":{"essential":true,"value":"a","values":["b"]}}}"#,
            #"{"id_token":{"acr":{"essential":true,"values":[]}}}"#,
        ] as [WireText]
    )
    func `AZ-58 claims that cannot be read are refused`(text: WireText) {
        #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(text) }
    }

    @Test(
        arguments: [
            #"{"id_token":{},"id_token":{}}"#, #"{"id_token":{"acr":null,"acr":null}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":"a","value":"b"}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":"a"},"openbanking_intent_id":{"value":"b"}}}"#,
            #"{"id_token":{"openbanking_intent_id":{"value":"a"},"openbanking\u005fintent_id":{"value":"b"}}}"#,
        ] as [WireText]
    )
    func `AZ-58 a name that stands twice is refused`(text: WireText) {
        #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(text) }
    }

    @Test(arguments: ["", #","essential":false"#, #","essential":"true""#, #","essential":1"#, #","essential":null"#])
    func `SD-11 an intent that is not essential is refused`(essential: String) {
        for part in ["id_token", "userinfo"] {
            let text = WireText(#"{"\#(part)":{"openbanking_intent_id":{"value":"a"\#(essential)}}}"#)
            #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(text) }
        }
    }

    @Test
    func `AZ-58 claims are bounded in length and in depth`() throws {
        func padded(to count: Int) -> WireText {
            let empty = #"{"id_token":{"x":{"value":""}}}"#
            return WireText(
                #"{"id_token":{"x":{"value":"\#(String(repeating: "v", count: count - empty.utf8.count))"}}}"#
            )
        }
        #expect(padded(to: Limits.claimsParameterBytes).byteCount == 8_192)
        _ = try ClaimsRequest(padded(to: Limits.claimsParameterBytes))
        #expect(throws: Refusal.parameterMalformed(.claims)) {
            try ClaimsRequest(padded(to: Limits.claimsParameterBytes + 1))
        }

        func nested(_ depth: Int) -> WireText {
            let inner = String(repeating: "[", count: depth - 3) + String(repeating: "]", count: depth - 3)
            return WireText(#"{"id_token":{"x":{"value":\#(inner)}}}"#)
        }
        _ = try ClaimsRequest(nested(8))
        #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(nested(9)) }
        #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(nested(4_000)) }
        let bomb = WireText(String(repeating: "[", count: 100_000))
        #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(bomb) }
    }

    @Test(arguments: NaughtyStrings.all)
    func `AZ-58 a naughty string is refused, or kept byte by byte where it is a value`(text: WireText) throws {
        #expect(throws: Refusal.parameterMalformed(.claims)) { try ClaimsRequest(text) }
        let document: JSON = [
            "id_token": ["openbanking_intent_id": ["value": .text(text), "essential": true]]
        ]
        let written = try #require(WireText(JSONWriter.write(document)))
        #expect(try ClaimsRequest(written).intent?.text == text)
    }

    @Test(
        arguments: [
            (#"{"id_token":{"acr":null}}"#, []), (#"{"id_token":{"acr":{"value":"a"}}}"#, ["a"]),
            (#"{"id_token":{"acr":{"essential":false,"values":["b","a"]}}}"#, ["b", "a"]),
            (#"{"id_token":{"acr":{"essential":true,"values":["b","a"]}}}"#, []),
            (#"{"id_token":{"acr":{"values":["b",7]}}}"#, []),
        ] as [(WireText, [WireText])]
    )
    func `a level that is not essential is a wish`(text: WireText, levels: [WireText]) throws {
        #expect(try ClaimsRequest(text).welcomeACR == levels)
    }

    @Test
    func `each form in which a claim can be asked for is read, and what is not known is ignored`() throws {
        let claims = try ClaimsRequest(
            """
            {"id_token":{"name":null,"email":{"essential":true},"locale":{"value":"en"},"eye_color":{"essential":true}},\
            "userinfo":{"email_verified":{"values":[true]},"address":{"essential":false,"purpose":"shipping"},"NAME":null}}
            """
        )
        #expect(claims.granted.idToken == [.init(.name), .init(.email), .init(.locale, values: ["en"])])
        #expect(claims.granted.userInfo == [.init(.emailVerified, values: [true]), .init(.address)])
        #expect(claims.granted.names == [.name, .email, .emailVerified, .locale, .address])
    }

    @Test(
        arguments: [
            #"{"essential":1}"#, #"{"essential":"true"}"#, #"{"value":"a","values":["a"]}"#, #"{"values":[]}"#,
            #"{"values":"a"}"#,
        ]
    )
    func `a claim that is asked for in no form of the standard is refused`(form: String) {
        for part in ["id_token", "userinfo"] {
            #expect(throws: Refusal.parameterMalformed(.claims)) {
                try ClaimsRequest(WireText(#"{"\#(part)":{"email":\#(form)}}"#))
            }
        }
    }

    @Test
    func `AZ-56 a person is named by one value, or the claims are malformed`() throws {
        #expect(try ClaimsRequest(#"{"id_token":{"sub":{"value":"psu-anna"}}}"#).subject == "psu-anna")
        #expect(try ClaimsRequest(#"{"id_token":{"sub":null}}"#).subject == nil)
        for sub in [#"{"value":""}"#, #"{"value":7}"#, #"{"value":null}"#, #"{"values":["psu-anna"]}"#] {
            #expect(throws: Refusal.parameterMalformed(.claims)) {
                try ClaimsRequest(WireText(#"{"id_token":{"sub":\#(sub)}}"#))
            }
        }
    }
}

import Surfaces
import Testing
import Text

/// A decision as the bank's own page passes it on.
struct PersistRequestTests {
    private static let key: WireText = "d53e3f9a-29f6-4fee-93a4-6d27118f17a5"

    private func read(_ body: String, query: WireText? = nil) throws(SurfaceRefusal) -> PersistRequest {
        try PersistRequest(Array(body.utf8), query: query, key: Self.key)
    }

    private func body(approval: String = #""true""#, parameters: String = "{}", more: String = "") -> String {
        #"{"approval": \#(approval), "requestParameters": \#(parameters)\#(more)}"#
    }

    @Test func `the published example is read, with the name of the request in its path`() throws {
        let text = #"""
            {
              "metadata": {},
              "approval": "true",
              "requestParameters": {
                "hasApprovedAlways": ["false"],
                "6ae75f7a-3124-4841-a783-2e065418e2fe": ["Salary Saver Account"],
                "consent": ["true"],
                "type": ["accounts"],
                "sessionDataKeyConsent": ["d53e3f9a-29f6-4fee-93a4-6d27118f17a5"]
              },
              "type": "accounts",
              "cookies": {"commonAuthId": "d040bf2e-c5e0-4d12-b3f3-e88cd033be83", "ui_lang": "en_US"}
            }
            """#
        let request = try read(text)
        #expect(request.isApproved)
        #expect(request.endsRequest)
        #expect(request.choice?.page.text == "6ae75f7a-3124-4841-a783-2e065418e2fe")
        #expect(request.choice?.accounts == ["Salary Saver Account"])
        #expect(request.cookies["ui_lang"] == "en_US")
    }

    @Test(arguments: [("true", true), (#""true""#, true), ("false", false), (#""false""#, false)])
    func `SD-22 four spellings are a clear answer`(spelled: String, isApproved: Bool) throws {
        #expect(try read(body(approval: spelled)).isApproved == isApproved)
    }

    @Test(arguments: [#""TRUE""#, #""yes""#, "1", "0", #""""#, "null", "[true]", "{}", #""true ""#, "1.0"])
    func `SD-22 nothing but a clear yes is a yes`(spelled: String) {
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "approval")) { try read(body(approval: spelled)) }
    }

    @Test func `SD-22 an answer that is absent or there twice is none`() {
        #expect(throws: SurfaceRefusal.fieldMissing(path: "approval")) { try read("{}") }
        #expect(throws: SurfaceRefusal.bodyMalformed) { try read(#"{"approval": true, "approval": true}"#) }
    }

    @Test(arguments: [
        #"{"consent": ["false"]}"#, #"{"consent": "true"}"#, #"{"consent": ["true", "true"]}"#,
        #"{"type": ["payments"]}"#, #"{"sessionDataKeyConsent": ["another"]}"#,
        #"{"6ae75f7a-3124-4841-a783-2e065418e2fe": "one"}"#, #"{"6ae75f7a-3124-4841-a783-2e065418e2fe": [1]}"#,
        #"{"6ae75f7a-3124-4841-a783-2e065418e2fe": [], "3c42210b-5eb8-40e2-a712-5c759a1773ef": []}"#, "[]",
    ])
    func `a form that contradicts the decision or itself is refused`(parameters: String) {
        #expect {
            try read(body(parameters: parameters))
        } throws: { error in
            if case .fieldInvalid? = error as? SurfaceRefusal { true } else { false }
        }
    }

    @Test(arguments: [#", "type": "payments""#, #", "cookies": []"#, #", "metadata": 1"#])
    func `members of another kind are refused`(more: String) {
        #expect(throws: SurfaceRefusal.self) { try read(body(more: more)) }
    }

    @Test(arguments: [(nil, true), ("", true), ("authorize=true", true), ("x=y", true), ("authorize=false", false)])
    func `the redirect is left out where that is asked for`(query: WireText?, ends: Bool) throws {
        #expect(try read(body(), query: query).endsRequest == ends)
    }

    @Test(arguments: ["authorize=", "authorize=TRUE", "authorize=1", "authorize=true&authorize=true", "authorize=%zz"])
    func `another value of authorize is refused`(query: WireText) {
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "authorize")) { try read(body(), query: query) }
    }
}

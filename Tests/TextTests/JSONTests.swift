import Testing
import Text

struct JSONTests {
    static let document: JSON = [
        "text": "a", "integer": 1, "number": .number(1.5), "true": true, "null": nil, "texts": ["a", "b"],
        "mixed": ["a", 1], "object": ["inner": "x"], "": "empty name",
    ]

    @Test func `a value is asked for by what it should be`() {
        let document = Self.document
        #expect(document["text"]?.text == "a")
        #expect(document["integer"]?.integer == 1)
        #expect(document["true"]?.boolean == true)
        #expect(document["texts"]?.texts == ["a", "b"])
        #expect(document["mixed"]?.array == ["a", 1])
        #expect(document["object"]?["inner"]?.text == "x")
        #expect(document["object"]?.members == [JSON.Member("inner", "x")])
        #expect(document[""]?.text == "empty name")
    }

    @Test func `nothing is converted into what it is not`() {
        let document = Self.document
        #expect(document["integer"]?.text == nil)
        #expect(document["text"]?.integer == nil)
        #expect(document["number"]?.integer == nil)
        #expect(document["integer"]?.boolean == nil)
        #expect(document["null"]?.boolean == nil)
        #expect(document["mixed"]?.texts == nil)
        #expect(document["object"]?.array == nil)
        #expect(document["texts"]?.members == nil)
        #expect(document["texts"]?["0"] == nil)
        #expect(document["absent"] == nil)
        #expect(document["null"] == .null, "a member that is null is there")
    }

    @Test func `SW-01 members are found by the bytes of their name`() {
        let document: JSON = ["caf\u{E9}": 1]
        #expect(document["caf\u{E9}"] == 1)
        #expect(document["cafe\u{301}"] == nil)
    }

    @Test func `each kind has a word`() {
        let kinds = [JSON.null, true, 1, .number(1.5), "", [], [:]].map(\.kind)
        #expect(kinds == ["null", "a boolean", "a number", "a number", "a string", "an array", "an object"])
    }
}

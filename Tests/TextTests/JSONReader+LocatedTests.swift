import Foundation
import Testing
import Text

struct JSONReaderLocatedTests {
    typealias Failure = JSONReader.Failure

    private func located(_ text: String) throws -> JSONReader.Located {
        try JSONReader.readLocated(Array(text.utf8), dialect: .commented)
    }

    @Test func `comments and trailing commas are read over in configuration`() throws {
        let text = """
            // The whole.
            {
                "a": 1, // one
                /* "b": 2, */
                "c": [1, /* two */ 2,], // "d": 3
            }
            /**/ // end
            """
        #expect(try located(text).value == ["a": 1, "c": [1, 2]])
        #expect(throws: Failure.self) { try JSONReader.readLocated(Array(text.utf8), dialect: .strict) }
        #expect(throws: Failure.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            "", "//", "/* */", "/", "/*", "/*/", "/**", "1 /", "1 /* ", "{,}", "[,]", "[1,,]", "{\"a\":1,,}", "# a\n1",
            "{a: 1}", "{'a': 1}", "[1 2]", "1,", "\"a // b", "/* /* */ */ 1", "1 // a\r\n2",
        ]
    )
    func `nothing else is allowed in configuration`(text: String) {
        #expect(throws: Failure.self) { try located(text) }
    }

    @Test func `comment signs inside a text are text`() throws {
        #expect(try located(#"["// a", "/* b */"]"#).value == ["// a", "/* b */"])
    }

    @Test func `each part is found where it stands`() throws {
        let text = #"{"a": [10, {"b/c": true}], "~": {}}"#
        let offsets = try located(text).offsets
        func place(of part: String) -> Int? {
            text.range(of: part).map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) }
        }
        #expect(
            offsets
                == [
                    "": 0, "/a": 1, "/a/0": place(of: "10"), "/a/1": place(of: "{\"b"), "/a/1/b~1c": place(of: "\"b/c"),
                    "/~0": place(of: "\"~"),
                ].compactMapValues { $0 }
        )
    }

    @Test func `SC-05 all duplicate names are told, and the first value of each is kept`() throws {
        let text = #"{"a": 1, "a": {"x": 1, "x": 2}, "b": [{"c": 1, "c": 2}], "a": 3}"#
        let result = try located(text)
        #expect(result.value == ["a": 1, "b": [["c": 1]]])
        #expect(result.duplicates.map(\.offset) == [9, 23, 47, 57])
        #expect(
            result.duplicates.map(\.reason)
                == [.duplicateName("a"), .duplicateName("x"), .duplicateName("c"), .duplicateName("a")]
        )
        #expect(result.offsets["/a"] == 1)
        #expect(result.offsets["/a/x"] == nil)
    }

    @Test func `SW-15 depth and length are bounded here too`() throws {
        let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
        #expect(throws: Failure.self) { try located(deep) }
        let failure = #expect(throws: Failure.self) {
            try JSONReader.readLocated(Array("[1]".utf8), dialect: .commented, lengthLimit: 2)
        }
        #expect(failure?.reason == .tooLong)
        #expect(throws: Failure.self) { try located(String(repeating: "/*", count: 100_000)) }
    }
}

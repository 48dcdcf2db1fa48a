import Foundation
import Testing
import Text

struct JSONWriterTests {
    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-1, "-1"),
            (.integer(.max), "9223372036854775807"), (.integer(.min), "-9223372036854775808"),
            (.number(1.5), "1.5"), (.number(-0.25), "-0.25"),
            ("", #""""#), ("a", #""a""#), ([], "[]"), ([:], "{}"), ([[], [[]]], "[[],[[]]]"),
            ([1, "a", nil, true], #"[1,"a",null,true]"#),
            (["b": 1, "a": 2], #"{"b":1,"a":2}"#),
            (["a": ["b": [["c": nil]]]], #"{"a":{"b":[{"c":null}]}}"#),
        ] as [(JSON, String)]
    )
    func `a value is written without a blank, its members in their order`(value: JSON, text: String) {
        #expect(String(decoding: JSONWriter.write(value), as: UTF8.self) == text)
    }

    @Test func `what must be escaped is, and nothing else`() throws {
        for byte in UInt8.min...0x7F {
            let written = JSONWriter.write(.text(WireText("a\(Character(Unicode.Scalar(byte)))b")))
            let mustEscape = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            #expect(written.contains(UInt8(ascii: "\\")) == mustEscape)
            #expect(written.count == (byte < 0x20 ? 10 : mustEscape ? 6 : 5))
        }
        let written = JSONWriter.write("\u{E9}\u{2028}\u{1F600}\u{7F}/")
        #expect(String(decoding: written, as: UTF8.self) == "\"\u{E9}\u{2028}\u{1F600}\u{7F}/\"")
    }

    static let samples: [JSON] =
        (UInt8.min...0x7F).map { .text(WireText(String(Character(Unicode.Scalar($0))))) } + [
            "\u{0}\"\\\u{1F}\u{20}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}",
            "e\u{301}", "\u{E9}", "\\u0041", "//", "</script>",
            .integer(.min), .integer(.max), .number(1e300), .number(-1e-300), .number(.leastNonzeroMagnitude),
            .number(1e22),
            .number(0.1), .number(123_456_789.123_456_79), .number(.greatestFiniteMagnitude), .number(1e16),
            ["": "", "\"": "\\", "\n": ["\t"], "a/b": [:]],
            .array((0..<2_000).map { .integer(Int64($0)) }),
            .object((0..<100).map { JSON.Member(WireText("name\($0)"), .integer(Int64($0))) }),
        ]

    @Test(arguments: samples)
    func `what is written is read again as it was, by us and by Foundation`(value: JSON) throws {
        let bytes = JSONWriter.write(value)
        #expect(try JSONReader.read(bytes) == value)
        _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `a number that JSON cannot spell is null`(number: Double) {
        #expect(JSONWriter.write([.number(number)]) == Array("[null]".utf8))
    }

    @Test func `an object can be written member by member`() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("text", "a\"b")
        writer.member("integer", Int64(7))
        writer.member("boolean", false)
        writer.member("value", json: JSON.array([1]))
        writer.name("array")
        writer.beginArray()
        writer.append("x" as WireText)
        writer.append(Int64(2))
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.endArray()
        writer.member("last", json: JSON.null)
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"text":"a\"b","integer":7,"boolean":false,"value":[1],"array":["x",2,{},[]],"last":null}"#
        )
    }
}

import HTTP
import Testing
import Text

struct MediaTypeTests {
    @Test(
        arguments: [
            ("application/json", "application/json", []), ("Application/JSON", "application/json", []),
            (" text/html ;charset=UTF-8 ", "text/html", [("charset", "UTF-8")]),
            ("a/b; X=\"y;\\\" z\" ; w=v", "a/b", [("x", "y;\" z"), ("w", "v")]),
            ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", []),
        ] as [(WireText, WireText, [(WireText, WireText)])]
    )
    func `a media type is its essence and its parameters`(
        text: WireText,
        essence: WireText,
        parameters: [(WireText, WireText)]
    ) throws {
        let type = try #require(MediaType(text))
        #expect(type.essence == essence)
        #expect(type.parameters.map(\.name) == parameters.map(\.0))
        #expect(type.parameters.map(\.value) == parameters.map(\.1))
        for (name, value) in parameters { #expect(type[name] == value) }
        #expect(type["absent"] == nil)
    }

    @Test(
        arguments: [
            "", "application", "application/", "/json", "application/json,text/html", "application /json",
            "application/ json", "application/json x", "application/json;", "application/json; charset",
            "application/json; charset=", "application/json; charset =x", "application/json; =x",
            "application/json; a=b; A=c", "application/json; a=\"b", "application/json; a=\"b\\",
            "application/json; a=\"b\"c", "application/jso\u{212A}", "a/b/c", "application/json;;a=b", "a/b\r\nX: y",
        ] as [WireText]
    )
    func `a media type with one thing wrong is none`(text: WireText) {
        #expect(MediaType(text) == nil)
    }

    @Test
    func `SW-06 letters that only Unicode folds make another type`() {
        #expect(MediaType("application/json")?.essence == "application/json")
        #expect(MediaType("text/\u{17F}html") == nil)
    }

    @Test
    func `two types for one body are none`() {
        var fields = Fields()
        #expect(MediaType(fields) == nil)
        fields.append(.contentType, "application/json; charset=utf-8")
        #expect(MediaType(fields)?.essence == "application/json")
        fields.append(.contentType, "application/json")
        #expect(MediaType(fields) == nil)
    }

    @Test(
        arguments: [
            (["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], "text/html"),
            (["application/json"], "application/json"),
            (["application/json;q=0.5, text/html;q=0.4"], "application/json"),
            (["text/html;q=0.5", "application/json;q=0.6"], "application/json"), (["*/*"], "application/json"),
            (["application/*"], "application/json"), (["*/*, application/json;q=0"], "text/html"),
            (["text/*;q=0.2, */*;q=0.1"], "text/html"), (["application/json; charset=utf-8"], "application/json"),
            (["TEXT/HTML"], "text/html"), (["application/jwt"], nil), (["*/*;q=0"], nil), (["text/html;q=0.000"], nil),
            (["nonsense, text/html"], "text/html"), ([], "application/json"),
            (["text/html; level=1; q=0.001"], "text/html"),
        ] as [([WireText], WireText?)]
    )
    func `the type that is wanted most is chosen, and of equals the first`(
        lines: [WireText],
        chosen: WireText?
    ) throws {
        #expect(try accept(lines).preferred(of: ["application/json", "text/html"]) == chosen)
    }

    @Test(
        arguments: [
            ("1", 1_000), ("1.", 1_000), ("1.000", 1_000), ("0", 0), ("0.", 0), ("0.5", 500), ("0.05", 50),
            ("0.001", 1), ("0.999", 999),
        ] as [(String, Int)]
    )
    func `a weight is counted in thousandths`(weight: String, quality: Int) throws {
        #expect(try accept([WireText("a/b;q=\(weight)")]).quality(of: "a/b") == quality)
    }

    @Test(
        arguments: ["1.001", "1.1", "2", "0.0001", "+1", "-1", ".5", "1e0", "0,5", "NaN", "", "0x1", "01", "\u{661}"]
    )
    func `SW-07 a weight in any other form is not read`(weight: String) throws {
        #expect(try accept([WireText("a/b;q=\(weight)")]).quality(of: "a/b") == 0)
    }

    private func accept(_ lines: [WireText]) throws -> Accept {
        var fields = Fields()
        for line in lines { fields.append(.accept, try #require(FieldValue(line))) }
        return Accept(fields)
    }
}

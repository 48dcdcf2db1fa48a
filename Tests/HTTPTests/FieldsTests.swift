import HTTP
import Testing
import Text

struct FieldsTests {
    @Test
    func `fields keep their order and their duplicates`() {
        var fields = Fields()
        fields.append(.setCookie, "a=1")
        fields.append(.cacheControl, "no-store")
        fields.append(.setCookie, "b=2")
        #expect(fields.count == 3)
        #expect(fields.first(.setCookie) == "a=1")
        #expect(fields.all(.setCookie) == ["a=1", "b=2"])
        #expect(fields.occurrences(of: .setCookie) == 2)
        #expect(fields.pairs.map(\.name) == [.setCookie, .cacheControl, .setCookie])
        #expect(fields.pairs.map(\.value) == ["a=1", "no-store", "b=2"])
        #expect(fields.lines == Array("set-cookie: a=1\r\ncache-control: no-store\r\nset-cookie: b=2\r\n".utf8))
    }

    @Test
    func `setting a field leaves one of its name, and the others as they were`() {
        var fields = Fields()
        fields.append("a", "1")
        fields.append("b", "2")
        fields.append("a", "3")
        fields.append("c", "")
        fields.set("a", "4")
        #expect(fields.lines == Array("b: 2\r\nc: \r\na: 4\r\n".utf8))
        #expect(fields.first("a") == "4")
        #expect(fields.first("c") == "")
        fields.remove("c")
        fields.remove("absent")
        #expect(fields.pairs.map(\.value) == ["2", "4"])
        var others = Fields()
        others.append("d", "5")
        others.append(fields)
        #expect(others.pairs.map(\.value) == ["5", "2", "4"])
        #expect(others.first("a") == "4")
    }

    @Test
    func `a single value is one, none, or an error`() throws {
        var fields = Fields()
        #expect(try fields.single(.authorization) == nil)
        fields.append(.authorization, "Bearer a")
        #expect(try fields.single(.authorization) == "Bearer a")
        fields.append("AUTHORIZATION", "Bearer a")
        #expect(throws: FieldFailure.repeated(.authorization)) { try fields.single(.authorization) }
    }

    @Test
    func `bytes that are not UTF-8 are no text, and are not taken for absent either`() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: h\r\nX: \u{E9}\r\nX: ".utf8) + [0xE9] + Array("\r\nY: ".utf8)
        let head = try #require(try RequestHead.read((bytes + [0xFF, 0x0D, 0x0A, 0x0D, 0x0A]).span)).head
        #expect(head.fields.all("x") == ["\u{E9}"])
        #expect(head.fields.occurrences(of: "x") == 2)
        #expect(head.fields.first("y") == nil)
        #expect(head.fields.contains("y"))
        #expect(throws: FieldFailure.notText("y")) { try head.fields.single("y") }
    }

    @Test(
        arguments: [
            ("Content-TYPE", "content-type"), ("x", "x"), ("!#$%&'*+-.^_`|~", "!#$%&'*+-.^_`|~"),
            ("coo\u{212A}ie", nil), ("\u{17F}et-cookie", nil), ("", nil), ("a b", nil), ("a:", nil), ("a\r\n", nil),
            ("a\r\nb: c", nil), ("a\0", nil), (" a", nil), ("\u{E9}", nil),
        ] as [(WireText, WireText?)]
    )
    func `AZ-21 SW-06 names are tokens, and have no case in ASCII and nowhere else`(text: WireText, name: WireText?) {
        #expect(FieldName(text)?.text == name)
    }

    @Test(
        arguments: [
            "\r\nSet-Cookie: a=b", "\nSet-Cookie: a=b", "\rSet-Cookie: a=b", "a\r\nb", "a\nb", "a\rb", "a\0b", "\r\n",
            "a\r\n", "a\n", "\na", "a\u{0}", "a\u{1}", "a\u{B}b", "a\u{1B}[0m", "a\u{7F}", "a\r\n\r\n<html>", " a",
            "a ",
            "\ta", "a\t", " ", "a\n\u{301}b", "a\r\n\u{301}b", "\u{301}\r\nb",
        ] as [WireText]
    )
    func `AZ-21 SW-02 a value that could end its line is none`(value: WireText) {
        #expect(FieldValue(value) == nil)
    }

    @Test
    func `AZ-21 each of the 256 bytes that text can hold passes in a value only where RFC 9110 says so`() {
        for byte in UInt8.min...0x7F {
            guard let text = WireText([0x61, byte, 0x61]) else {
                Issue.record("ASCII is UTF-8")
                continue
            }
            #expect((FieldValue(text) != nil) == (byte >= 0x20 && byte != 0x7F || byte == 0x09), "byte \(byte)")
        }
        // The characters whose low bytes are CR and LF, which some have cut down to them.
        let wide: WireText = "\u{560A}\u{560D}"
        #expect(FieldValue(wide)?.text == wide)
        #expect(FieldValue(-5).text == "-5")
        #expect(FieldValue(WireText([]) ?? "x")?.text == "")
    }
}

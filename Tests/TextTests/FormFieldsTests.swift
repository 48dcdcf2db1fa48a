import Testing
import Text

struct FormFieldsTests {
    typealias Field = FormFields.Field

    @Test(
        arguments: [
            ("", []),
            ("&", []),
            ("&&a=1&&", [Field("a", "1")]),
            ("a=1&b=2", [Field("a", "1"), Field("b", "2")]),
            ("a", [Field("a", "")]),
            ("a=", [Field("a", "")]),
            ("=a", [Field("", "a")]),
            ("=", [Field("", "")]),
            ("a=b=c", [Field("a", "b=c")]),
            ("a==", [Field("a", "=")]),
            ("a+b=c+d", [Field("a b", "c d")]),
            ("%61=%3D%26", [Field("a", "=&")]),
            ("%2561=1", [Field("%61", "1")]),
            ("a;b=1", [Field("a;b", "1")]),
            ("a=1;b=2", [Field("a", "1;b=2")]),
            ("a[b][c]=1", [Field("a[b][c]", "1")]),
            ("a%00=%00", [Field("a\0", "\0")]),
            ("a=%C3%A9&a=e%CC%81", [Field("a", "\u{E9}"), Field("a", "e\u{301}")]),
            (" a = b ", [Field(" a ", " b ")]),
        ] as [(String, [Field])]
    )
    func `AZ-45 fields are split first and decoded once`(text: String, fields: [Field]) throws {
        #expect(try FormFields(WireText(text)).fields == fields)
        #expect(try FormFields(Array(text.utf8).span).fields == fields)
    }

    @Test(arguments: ["%", "a=%", "a=%4", "a%zz=1", "a=%u0041", "ok=1&a=%ff", "%c0%af=1", "a=%ed%a0%80", "a=1&%"])
    func `AZ-45 one bad escape refuses the whole form`(text: String) {
        #expect(throws: FormFields.Malformation.encoding) { try FormFields(WireText(text)) }
    }

    @Test func `AZ-45 an escape does not borrow from the next field`() {
        #expect(throws: FormFields.Malformation.encoding) { try FormFields("a=%4&1=b") }
        #expect(throws: FormFields.Malformation.encoding) { try FormFields("a=%&41=b") }
        #expect(throws: FormFields.Malformation.encoding) { try FormFields("a%=41") }
    }

    @Test func `SW-05 raw bytes that are not UTF-8 are refused`() {
        let bytes: [UInt8] = Array("a=".utf8) + [0xFF]
        #expect(throws: FormFields.Malformation.encoding) { try FormFields(bytes.span) }
    }

    @Test func `SW-04 a combining mark does not hide a separator`() throws {
        let form = try FormFields("a=1&\u{301}b=2")
        #expect(form.fields == [Field("a", "1"), Field("\u{301}b", "2")])
        #expect(try FormFields("a\u{301}=1").fields == [Field("a\u{301}", "1")])
        #expect(try FormFields("a=\u{301}1")["a"] == "\u{301}1")
    }

    @Test func `HT-25 a hundred fields are read and one more is refused`() throws {
        func form(_ count: Int) -> WireText {
            WireText((0..<count).map { "name-with-a-long-equal-prefix-\($0)=\($0)" }.joined(separator: "&"))
        }
        #expect(try FormFields(form(100)).fields.count == 100)
        #expect(throws: FormFields.Malformation.tooMany) { try FormFields(form(101)) }
        #expect(throws: FormFields.Malformation.tooMany) { try FormFields(form(10_000)) }
    }

    @Test func `HT-25 separators alone cost nothing`() throws {
        #expect(try FormFields(WireText(String(repeating: "&", count: 65_536))).fields.isEmpty)
        let nested = WireText("a" + String(repeating: "[b]", count: 20_000) + "=1")
        #expect(try FormFields(nested).fields.count == 1)
    }

    @Test func `values are looked up by the bytes of the name`() throws {
        let form = try FormFields("a=1&caf%C3%A9=2&a=3&empty=")
        #expect(form["a"] == "1")
        #expect(form.all("a") == ["1", "3"])
        #expect(form["caf\u{E9}"] == "2")
        #expect(form["cafe\u{301}"] == nil)
        #expect(form["A"] == nil)
        #expect(form["empty"] == "")
        #expect(form["absent"] == nil)
        #expect(form.all("absent").isEmpty)
    }

    @Test func `a name that occurs twice is found, however it is spelled`() throws {
        #expect(try FormFields("a=1&b=2&a=1").duplicatedName == "a")
        #expect(try FormFields("a=1&%61=2").duplicatedName == "a")
        #expect(try FormFields("b=&c=&c&b").duplicatedName == "c")
        #expect(try FormFields("a=1&A=1&b=1").duplicatedName == nil)
        #expect(try FormFields("caf%C3%A9=1&cafe%CC%81=1").duplicatedName == nil)
        #expect(try FormFields("").duplicatedName == nil)
    }

    @Test func `what is written can be read again`() throws {
        var form = FormFields()
        form.append("redirect_uri", "https://c.example/cb?x=1&y=2")
        form.append("state", "a+b %=&#\u{E9}\r\n\0")
        form.append("", "")
        form.append("state", "again")
        #expect(try FormFields(WireText(form.encoded)) == form)
        #expect(
            form.encoded
                == "redirect_uri=https%3A%2F%2Fc.example%2Fcb%3Fx%3D1%26y%3D2"
                + "&state=a%2Bb%20%25%3D%26%23%C3%A9%0D%0A%00&=&state=again"
        )
        #expect(FormFields().encoded == "")
    }
}

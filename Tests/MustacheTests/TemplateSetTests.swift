import Mustache
import Testing
import Text

struct TemplateSetTests {
    /// A mistake, and where a person has to look for it.
    static let mistakes: [(template: String, problem: String)] = [
        ("a {{b", "page.mustache:1:3: this tag is not closed"),
        ("a\n  {{#b}}", "page.mustache:2:3: section b is not closed"),
        ("{{#a}}{{#b}}x{{/a}}{{/b}}", "page.mustache:1:14: section b is open here, not a"),
        ("é{{/a}}", "page.mustache:1:3: no section a is open here"),
        ("{{}}", "page.mustache:1:1: this tag names nothing"),
        ("{{#}}{{/}}", "page.mustache:1:1: this tag names nothing"),
        ("{{> }}", "page.mustache:1:1: this tag names nothing"),
        ("{{a b}}", "page.mustache:1:1: a name is letters, digits, - and _, with single dots between its parts"),
        ("{{a..b}}", "page.mustache:1:1: a name is letters, digits, - and _, with single dots between its parts"),
        ("{{.a}}", "page.mustache:1:1: a name is letters, digits, - and _, with single dots between its parts"),
        ("{{a.}}", "page.mustache:1:1: a name is letters, digits, - and _, with single dots between its parts"),
        ("{{a(1)}}", "page.mustache:1:1: a name is letters, digits, - and _, with single dots between its parts"),
        ("{{$block}}{{/block}}", "page.mustache:1:1: there is no such kind of tag"),
        ("{{<parent}}{{/parent}}", "page.mustache:1:1: there is no such kind of tag"),
        ("{{=a=}}", "page.mustache:1:1: new delimiters are two words without = between two ="),
        ("{{= =}}", "page.mustache:1:1: new delimiters are two words without = between two ="),
        ("{{=a b c=}}", "page.mustache:1:1: new delimiters are two words without = between two ="),
        ("{{==a b=}}", "page.mustache:1:1: new delimiters are two words without = between two ="),
        ("\r\n\r\n {{> other }}", "page.mustache:3:2: there is no template other"),
        (
            "{{> ../../etc/passwd }}",
            "page.mustache:1:1: a name is letters, digits, - and _, with single dots between its parts"
        ),
        ("{{> page }}", "page.mustache:1:1: template page calls itself in the end"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is reported with file, line and column`(template: String, problem: String) {
        let problems = Self.problems(of: [("page", template)])
        #expect(problems.first == problem)
    }

    @Test(arguments: ["{{{a}}}", "{{&a}}", "{{& a }}", "{{#b}}\n{{{ a }}}{{/b}}", "{{=[ ]=}}[&a]", "{{=[ ]=}}[{a}]"])
    func `CO-08 a page template may not leave a value unescaped`(template: String) {
        let problems = Self.problems(of: [("page", template)])
        #expect(problems.count == 1)
        #expect(problems.first?.hasSuffix("values of pages are always escaped: write two braces and no &") == true)
    }

    @Test func `CO-08 partials that call each other in a ring are refused at each of them`() {
        let problems = Self.problems(of: [("a", "x\n{{> b}}"), ("b", "  {{> c}}"), ("c", "{{#d}}{{> a}}{{/d}}")])
        #expect(problems == ["c.mustache:1:7: template a calls itself in the end"])
    }

    @Test(arguments: [(32, true), (33, false), (2_000, false)])
    func `CO-08 partials call each other 32 deep and no deeper`(depth: Int, isFine: Bool) throws {
        let files = (0..<depth).map { ("p\($0)", "({{> p\($0 + 1)}})") } + [("p\(depth)", "core")]
        let problems = Self.problems(of: files)
        #expect(problems.isEmpty == isFine)
        #expect(problems.allSatisfy { $0.hasSuffix("templates call each other deeper than 32") })
        guard isFine else { return }
        let set = try TemplateSet.read(files.map { TemplateFile(WireText($0.0), $0.1) })
        let rendered = try #require(set["p0"]).render([:])
        #expect(String(decoding: rendered, as: UTF8.self).contains("(core)"))
    }

    @Test func `CO-08 a page that would grow for ever is refused, not rendered`() {
        let doubling = (0..<30).map { ("p\($0)", "{{> p\($0 + 1)}}{{> p\($0 + 1)}}") } + [("p30", "x")]
        #expect(Self.problems(of: doubling).contains { $0.hasSuffix("this is more than 10000 pieces") })

        let indenting = (0..<30).map { ("p\($0)", " {{> p\($0 + 1)}}\n\t{{> p\($0 + 1)}}") } + [("p30", "x")]
        #expect(Self.problems(of: indenting).contains { $0.hasSuffix("this is more than 10000 pieces") })
    }

    @Test func `what is the same on every page may be filled in before, and the page stays the same`() throws {
        let set = try TemplateSet.read([
            TemplateFile(
                "page",
                "{{> head}}{{#list}}{{text.inner.a}}:{{name}}{{/list}}{{#own}}{{text}}{{/own}}{{^none}}{{text.b}}{{/none}}"
            ),
            TemplateFile("head", "<i>{{text.b}}</i>{{title}}{{text.inner.nothing}}{{#text.b}}!{{/text.b}}\n"),
        ])
        let words: View.Member = .init("text", ["inner": ["a": "<a>"], "b": "b & c"])
        let rest: [View.Member] = [
            .init("title", "t"), .init("none", []), .init("list", [["name": "1"], ["name": "2"]]),
            .init("own", ["text": "own"]),
        ]
        let expected = "<i>b &amp; c</i>t!\n&lt;a&gt;:1&lt;a&gt;:2ownb &amp; c"
        let filled = set.filled(with: .object([words]))
        for template in [set["page"], filled["page"]] {
            let rendered = try #require(template).render(.object([words] + rest))
            #expect(String(decoding: rendered, as: UTF8.self) == expected)
        }
        // What is in its place is not looked for any more.
        let rendered = try #require(filled["page"]).render(.object([.init("text", ["b": "?"])] + rest))
        #expect(String(decoding: rendered, as: UTF8.self) == expected)
    }

    @Test func `a gap is empty until it is filled, everywhere and as text`() throws {
        let set = try TemplateSet.read([
            TemplateFile(
                "page",
                "<a title=\"{{token}}\">{{#when}}{{shown}}{{/when}}{{^token}}none{{/token}}</a>{{token}}"
            )
        ])
        let draft = try #require(set["page"])
            .draft(["token": .gap("token"), "when": ["shown": .gap("shown")]])
        #expect(draft.bytes == Array("<a title=\"\"></a>".utf8))
        let page = draft.filled(with: ["token": "\"<x>", "shown": "today"])
        let expected = "<a title=\"&quot;&lt;x&gt;\">today</a>&quot;&lt;x&gt;"
        #expect(String(decoding: page, as: UTF8.self) == expected)
        #expect(draft.filled(with: [:]) == draft.bytes)
    }

    @Test(arguments: [(32, true), (33, false), (40_000, false)])
    func `CO-08 sections are nested 32 deep and no deeper`(depth: Int, isFine: Bool) {
        let template = String(repeating: "{{#a}}", count: depth) + String(repeating: "{{/a}}", count: depth)
        let problems = Self.problems(of: [("page", String(template.prefix(Limits.templateBytes)))])
        #expect(problems.isEmpty == isFine)
        #expect(isFine || problems.first?.hasSuffix("sections are nested deeper than 32") == true)
    }

    @Test func `CO-08 a template of 10 MiB is refused unread`() {
        let files = [TemplateFile("page", [UInt8](repeating: UInt8(ascii: "{"), count: 10_485_760))]
        #expect(throws: TemplateProblems.self) { try TemplateSet.read(files) }
    }

    @Test(arguments: [
        "", "../page", "/etc/passwd", "a/b", "a.b", "Page", "p\u{0}", "é", String(repeating: "a", count: 65),
    ])
    func `CO-08 the name of a template is no path`(name: String) {
        let problems = Self.problems(of: [(name, "text")])
        #expect(problems.count == 1)
        #expect(problems.first?.contains("names of templates are made of") == true)
    }

    @Test func `all mistakes of all files are reported at once`() {
        let problems = Self.problems(of: [("a", "{{}}\n{{{b}}}\n{{#c}}"), ("b", "{{/d}}"), ("b", "twice")])
        #expect(
            problems == [
                "a.mustache:1:1: this tag names nothing",
                "a.mustache:2:1: values of pages are always escaped: write two braces and no &",
                "a.mustache:3:1: section c is not closed",
                "b.mustache:1:1: no section d is open here",
                "b.mustache:1:1: there are two templates of this name",
            ]
        )
    }

    @Test func `nothing that can be read ends the process`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("{}#^/>&=!. \n\r\tab|".utf8)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            let set = try? TemplateSet.read([TemplateFile("page", bytes)], rules: .specification)
            _ = set?["page"]?.render(["a": ["b": "x"], "b": [["a": "y"]]])
        }
    }

    @Test func `text that is no UTF-8 goes through as it is`() throws {
        let bytes: [UInt8] = [0xFF, 0xFE, 0x00, 0x0A, 0xC3]
        #expect(try TemplateSet.read([TemplateFile("page", bytes)])["page"]?.render([:]) == bytes)
    }

    static func problems(of files: [(String, String)]) -> [String] {
        do throws(TemplateProblems) {
            _ = try TemplateSet.read(files.map { TemplateFile(WireText($0.0), $0.1) })
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}

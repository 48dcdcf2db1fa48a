import Mustache
import Testing
import Text

struct HTMLEscapeTests {
    /// What may follow a character and become one grapheme with it.
    static let followers = [
        "", "\u{301}", "\u{200D}", "\u{FE0F}", "\u{20E3}", "\u{1F1EC}", "\u{338}", "\u{E0041}", "\r\n", "\u{0}",
    ]

    @Test(arguments: ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"], followers)
    func `CO-05 SW-03 each of the five bytes is escaped wherever it stands`(
        pair: (key: String, value: String),
        follower: String
    ) throws {
        let template = try #require(TemplateSet.read([TemplateFile("page", "<b title=\"{{v}}\">{{v}}</b>")])["page"])
        let value = "a" + pair.key + follower + pair.key + "z" + follower
        let escaped = "a" + pair.value + follower + pair.value + "z" + follower
        let rendered = template.render(["v": .text(WireText(value))])
        #expect(rendered == Array("<b title=\"\(escaped)\">\(escaped)</b>".utf8))
    }

    @Test(arguments: [
        "<\u{301}script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' autofocus onfocus=alert(1) '",
        "{{name}}", "{{{name}}}", "&lt;script&gt;", "\u{FF1C}script\u{FF1E}", "]]><!--",
    ])
    func `AZ-26 no value opens a tag, ends an attribute or is a template`(value: String) throws {
        let template = try #require(TemplateSet.read([TemplateFile("page", "{{name}}")])["page"])
        let rendered = template.render(["name": .text(WireText(value))])
        #expect(!rendered.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") })
        #expect(!rendered.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") })
        // On bytes: `replacing` on a String does not find "&lt;" before a combining mark.
        var unescaped = rendered
        for (spelled, byte) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            unescaped = unescaped.replacing(Array(spelled.utf8), with: Array(byte.utf8))
        }
        #expect(unescaped == Array(value.utf8), "nothing is lost either")
    }
}

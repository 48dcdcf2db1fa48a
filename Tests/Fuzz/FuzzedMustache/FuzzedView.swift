import Fuzzing
import Mustache
import Text

/// No data can be written so that it adds a tag or an end of an attribute to a page.
enum FuzzedView {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let json = try? JSONReader.read(bytes), json.members != nil else { return .refused }
        guard let template else { throw Broken("the page is refused") }
        let rendered = template.render(View(json))
        for byte in [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'")] {
            try require(rendered.count { $0 == byte } == 2, "the data has brought a tag")
        }
        return .accepted
    }

    private static let template = try? TemplateSet.read([
        TemplateFile("page", page), TemplateFile("p", Array("{{a}}{{#b}}{{.}}{{/b}}".utf8)),
    ])["page"]

    /// Each name in text and in an attribute, and each byte that begins or ends one of them twice.
    private static let page = Array(
        """
        <p title="{{a}}{{b.c}}" lang='{{d}}'>{{a}}{{b.c.d}}{{#b}}{{a}}{{.}}{{#c}}{{.}}{{/c}}{{/b}}{{^d}}{{a}}{{/d}}
        {{>p}}</p>
        """.utf8
    )
}

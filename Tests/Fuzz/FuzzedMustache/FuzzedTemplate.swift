import Fuzzing
import Mustache
import Text

/// No template of a page can be written so that a value gets into the page unescaped.
enum FuzzedTemplate {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        // The mark would be found though no value had brought it.
        guard !bytes.contains(UInt8(ascii: "~")) else { return .refused }
        let (partial, page) = bytes.halves
        let files = [TemplateFile("page", page), TemplateFile("p", partial)]
        _ = try? TemplateSet.read(files, rules: .specification)
        let set: TemplateSet
        do throws(TemplateProblems) { set = try TemplateSet.read(files) } catch {
            try require(!error.problems.isEmpty, "refused without a reason")
            return .refused
        }
        guard let template = set["page"] else { throw Broken("a template that was read is not there") }
        let rendered = template.render(view)
        let isMarked = zip(rendered, rendered.dropFirst()).contains { byte, next in
            byte == UInt8(ascii: "~") && next != UInt8(ascii: "&")
        }
        try require(!isMarked, "a value is not escaped")
        if !page.contains(UInt8(ascii: "{")) { try require(rendered == page, "text is not left as it stands") }
        _ = set.problems(of: TemplatePage("page", [view]))
        return .accepted
    }

    private static let view: View = [
        "a": "~<~\"~'~>",
        "b": true,
        "c": ["~<", ["a": "~>"], [["~\""]], false],
        "d": ["a": "~'", "e": ["f": ["g": "~<"]]],
        "n": .missing,
    ]
}

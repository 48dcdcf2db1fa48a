import Mustache
import Testing
import Text

struct PartialTests {
    @Test(arguments: rows) func `a partial stands for another template`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    @Test(arguments: whitespace)
    func `a partial on its own line is indented as the line is`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    static let rows = [
        SpecificationCase("text", "({{>p}})", partials: [("p", "from there")], is: "(from there)"),
        SpecificationCase("not there", "({{>p}})", is: "()"),
        SpecificationCase("same context", "({{>p}})", ["t": "here"], partials: [("p", "*{{t}}*")], is: "(*here*)"),
        SpecificationCase(
            "calls itself while there is something left",
            "{{>node}}",
            .json(#"{"t": "X", "nodes": [{"t": "Y", "nodes": []}]}"#),
            partials: [("node", "{{t}}<{{#nodes}}{{>node}}{{/nodes}}>")],
            is: "X<Y<>>"
        ),
        SpecificationCase(
            "nested",
            "{{>outer}}",
            ["a": "hello", "b": "world"],
            partials: [("outer", "*{{a}} {{>inner}}*"), ("inner", "{{b}}!")],
            is: "*hello world!*"
        ),
    ]

    static let whitespace = [
        SpecificationCase("around", "| {{>p}} |", partials: [("p", "\t|\t")], is: "| \t|\t |"),
        SpecificationCase(
            "not indented in a line",
            "  {{d}}  {{> p}}\n",
            ["d": "|"],
            partials: [("p", ">\n>")],
            is: "  |  >\n>\n"
        ),
        SpecificationCase("CR LF", "|\r\n{{>p}}\r\n|", partials: [("p", ">")], is: "|\r\n>|"),
        SpecificationCase("first line", "  {{>p}}\n>", partials: [("p", ">\n>")], is: "  >\n  >>"),
        SpecificationCase("last line", ">\n  {{>p}}", partials: [("p", ">\n>")], is: ">\n  >\n  >"),
        SpecificationCase(
            "the template is indented, the values in it are not",
            "\\\n {{>p}}\n/\n",
            ["v": "<\n->"],
            partials: [("p", "|\n{{{v}}}\n|\n")],
            is: "\\\n |\n <\n->\n |\n/\n"
        ),
        SpecificationCase(
            "indentation adds up, and empty lines stay empty",
            "a\n  {{>p}}\n",
            partials: [("p", "b\n\n\t{{>q}}\n"), ("q", "c\r\n\r\nd")],
            is: "a\n  b\n\n  \tc\r\n\r\n  \td"
        ),
        SpecificationCase("in the tag", "|{{> p }}|", partials: [("p", "[]")], is: "|[]|"),
    ]
}

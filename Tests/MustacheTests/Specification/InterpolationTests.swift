import Mustache
import Testing
import Text

struct InterpolationTests {
    @Test(arguments: values + names + whitespace)
    func `a value tag is replaced by its value`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    static let values = [
        SpecificationCase("no tag", "One {brace} is text.\n", is: "One {brace} is text.\n"),
        SpecificationCase("text", "Hello, {{who}}!\n", ["who": "bank"], is: "Hello, bank!\n"),
        SpecificationCase("escaped", "{{all}}", ["all": #"& " < > '"#], is: "&amp; &quot; &lt; &gt; &#39;"),
        SpecificationCase("as it is, three braces", "{{{all}}}", ["all": #"& " < >"#], is: #"& " < >"#),
        SpecificationCase("as it is, ampersand", "{{&all}}", ["all": #"& " < >"#], is: #"& " < >"#),
        SpecificationCase("integer", #""{{n}}" "{{{n}}}" "{{&n}}""#, .json(#"{"n": 85}"#), is: #""85" "85" "85""#),
        SpecificationCase(
            "decimal",
            #""{{n}}" "{{{n}}}" "{{&n}}""#,
            .json(#"{"n": 1.21}"#),
            is: #""1.21" "1.21" "1.21""#
        ),
        SpecificationCase("null", "({{n}}) ({{{n}}}) ({{&n}})", .json(#"{"n": null}"#), is: "() () ()"),
        SpecificationCase("unknown", "({{n}}) ({{{n}}}) ({{&n}})", [:], is: "() () ()"),
        SpecificationCase("the whole view", "Hello, {{.}}!", "bank", is: "Hello, bank!"),
        SpecificationCase("the whole view, escaped", "{{.}}", #"& " < >"#, is: "&amp; &quot; &lt; &gt;"),
        SpecificationCase("the whole view, three braces", "{{{.}}}", #"& " < >"#, is: #"& " < >"#),
        SpecificationCase("the whole view, ampersand", "{{&.}}", #"& " < >"#, is: #"& " < >"#),
    ]

    static let names = [
        SpecificationCase(
            "dotted is short for a section",
            "{{person.name}} = {{#person}}{{name}}{{/person}}",
            ["person": ["name": "Joe"]],
            is: "Joe = Joe"
        ),
        SpecificationCase("dotted, three braces", "{{{a.b}}}", ["a": ["b": "<"]], is: "<"),
        SpecificationCase("dotted, ampersand", "{{&a.b}}", ["a": ["b": "<"]], is: "<"),
        SpecificationCase(
            "dotted to any depth",
            "{{a.b.c.d.e.name}}",
            .json(#"{"a": {"b": {"c": {"d": {"e": {"name": "Phil"}}}}}}"#),
            is: "Phil"
        ),
        SpecificationCase("dotted, broken chain", "({{a.b.c}})", ["a": [:]], is: "()"),
        SpecificationCase(
            "a later part is looked up in the former only",
            "({{a.b.c.name}})",
            .json(#"{"a": {"b": {}}, "c": {"name": "Jim"}}"#),
            is: "()"
        ),
        SpecificationCase(
            "the first part is looked up like any name",
            "{{#a}}{{b.c.name}}{{/a}}",
            .json(#"{"a": {"b": {"c": {"name": "Phil"}}}, "b": {"c": {"name": "Wrong"}}}"#),
            is: "Phil"
        ),
        SpecificationCase(
            "the nearest first part holds, even where the chain breaks",
            "({{#a}}{{b.c}}{{/a}})",
            .json(#"{"a": {"b": {}}, "b": {"c": "Wrong"}}"#),
            is: "()"
        ),
        SpecificationCase(
            "a dotted name is never one key",
            "({{a.b}})",
            .object([View.Member("a.b", "c")]),
            is: "()"
        ),
        SpecificationCase(
            "a key with a dot hides nothing",
            "{{a.b}}",
            .object([View.Member("a.b", "c"), View.Member("a", ["b": "d"])]),
            is: "d"
        ),
    ]

    static let whitespace = [
        SpecificationCase("around", "| {{s}} |", ["s": "---"], is: "| --- |"),
        SpecificationCase("around, three braces", "| {{{s}}} |", ["s": "---"], is: "| --- |"),
        SpecificationCase("around, ampersand", "| {{&s}} |", ["s": "---"], is: "| --- |"),
        SpecificationCase("alone on its line", "  {{s}}\n", ["s": "---"], is: "  ---\n"),
        SpecificationCase("alone on its line, three braces", "  {{{s}}}\n", ["s": "---"], is: "  ---\n"),
        SpecificationCase("alone on its line, ampersand", "  {{&s}}\n", ["s": "---"], is: "  ---\n"),
        SpecificationCase("inside", "|{{ s }}|", ["s": "---"], is: "|---|"),
        SpecificationCase("inside, three braces", "|{{{ s }}}|", ["s": "---"], is: "|---|"),
        SpecificationCase("inside, ampersand", "|{{& s }}|", ["s": "---"], is: "|---|"),
    ]
}

import Mustache
import Testing
import Text

struct SectionTests {
    @Test(arguments: values + contexts + lists + names)
    func `a section is shown once for each value that says something`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    @Test(arguments: whitespace)
    func `a section takes the lines that it has for itself`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    static let values = [
        SpecificationCase("true", "({{#b}}shown{{/b}})", ["b": true], is: "(shown)"),
        SpecificationCase("false", "({{#b}}shown{{/b}})", ["b": false], is: "()"),
        SpecificationCase("null", "({{#b}}shown{{/b}})", .json(#"{"b": null}"#), is: "()"),
        SpecificationCase("unknown", "({{#b}}shown{{/b}})", [:], is: "()"),
        SpecificationCase("empty text", "({{#b}}shown{{/b}})", ["b": ""], is: "()"),
        SpecificationCase("text is no list", "({{#b}}shown{{/b}})", ["b": "123"], is: "(shown)"),
        SpecificationCase("nested true", "A {{#b}}B {{#b}}C{{/b}} D{{/b}} E", ["b": true], is: "A B C D E"),
        SpecificationCase("nested false", "A {{#b}}B {{#b}}C{{/b}} D{{/b}} E", ["b": false], is: "A  E"),
        SpecificationCase(
            "the same twice",
            "{{#b}}\n* first\n{{/b}}\n* {{two}}\n{{#b}}\n* third\n{{/b}}\n",
            ["b": true, "two": "second"],
            is: "* first\n* second\n* third\n"
        ),
    ]

    static let contexts = [
        SpecificationCase("object", "{{#p}}Hi {{name}}.{{/p}}", ["p": ["name": "Joe"]], is: "Hi Joe."),
        SpecificationCase(
            "names of the outside",
            "{{#in}}{{a}}, {{b}}, {{c.d}}{{/in}}",
            .json(#"{"a": "foo", "b": "wrong", "in": {"b": "bar"}, "c": {"d": "baz"}}"#),
            is: "foo, bar, baz"
        ),
        SpecificationCase("a text is its own context", "{{#a}}{{.}} is {{a}}{{/a}}", ["a": "b"], is: "b is b"),
        SpecificationCase(
            "lists in lists see all around them",
            "{{#tops}}{{#mids}}{{t.low}}{{m}}.{{#ends}}{{t.up}}{{m}}{{e}}.{{/ends}}{{/mids}}{{/tops}}",
            .json(
                #"{"tops": [{"t": {"up": "A", "low": "a"}, "mids": [{"m": "1", "ends": [{"e": "x"}, {"e": "y"}]}]}]}"#
            ),
            is: "a1.A1x.A1y."
        ),
        SpecificationCase(
            "deep",
            """
            {{#a}}
            {{one}}
            {{#b}}
            {{one}}{{two}}{{one}}
            {{#c}}
            {{one}}{{two}}{{three}}{{two}}{{one}}
            {{#d}}
            {{three}}{{four}}{{three}}
            {{#five}}
            {{four}}{{five}}{{four}}
            {{five}}{{.}}6{{.}}{{five}}
            {{/five}}
            {{/d}}
            {{two}}{{three}}{{two}}
            {{/c}}
            {{/b}}
            {{one}}
            {{/a}}

            """,
            .json(#"{"a": {"one": 1}, "b": {"two": 2}, "c": {"three": 3, "d": {"four": 4, "five": 5}}}"#),
            is: "1\n121\n12321\n343\n454\n55655\n232\n1\n"
        ),
    ]

    static let lists = [
        SpecificationCase("list", "{{#l}}{{n}}{{/l}}", .json(#"{"l": [{"n": 1}, {"n": 2}, {"n": 3}]}"#), is: "123"),
        SpecificationCase("empty list", "({{#l}}shown{{/l}})", ["l": []], is: "()"),
        SpecificationCase("of texts", "{{#l}}({{.}}){{/l}}", ["l": ["a", "b", "c"]], is: "(a)(b)(c)"),
        SpecificationCase("of integers", "{{#l}}({{.}}){{/l}}", .json(#"{"l": [1, 2, 3]}"#), is: "(1)(2)(3)"),
        SpecificationCase("of decimals", "{{#l}}({{.}}){{/l}}", .json(#"{"l": [1.1, 2.2]}"#), is: "(1.1)(2.2)"),
        SpecificationCase(
            "of lists",
            "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}",
            .json(#"{"l": [[1, 2], ["a", "b"]]}"#),
            is: "(12)(ab)"
        ),
        SpecificationCase("elements, escaped", "{{#l}}({{.}}){{/l}}", ["l": ["&", "<"]], is: "(&amp;)(&lt;)"),
        SpecificationCase("elements, three braces", "{{#l}}({{{.}}}){{/l}}", ["l": ["&", "<"]], is: "(&)(<)"),
        SpecificationCase("elements, ampersand", "{{#l}}({{&.}}){{/l}}", ["l": ["&", "<"]], is: "(&)(<)"),
        SpecificationCase("the whole view", "{{#.}}({{v}}){{/.}}", .json(#"[{"v": "a"}, {"v": "b"}]"#), is: "(a)(b)"),
    ]

    static let names = [
        SpecificationCase("dotted true", "({{#a.b.c}}shown{{/a.b.c}})", ["a": ["b": ["c": true]]], is: "(shown)"),
        SpecificationCase("dotted false", "({{#a.b.c}}shown{{/a.b.c}})", ["a": ["b": ["c": false]]], is: "()"),
        SpecificationCase("dotted, broken chain", "({{#a.b.c}}shown{{/a.b.c}})", ["a": [:]], is: "()"),
    ]

    static let whitespace = [
        SpecificationCase("around", " | {{#b}}\t|\t{{/b}} | \n", ["b": true], is: " | \t|\t | \n"),
        SpecificationCase("inside", " | {{#b}} {{! kept }}\n {{/b}} | \n", ["b": true], is: " |  \n  | \n"),
        SpecificationCase("on one line", " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", ["b": true], is: " YES\n GOOD\n"),
        SpecificationCase("own lines", "| a\n{{#b}}\n|\n{{/b}}\n| c\n", ["b": true], is: "| a\n|\n| c\n"),
        SpecificationCase("own lines, indented", "| a\n  {{#b}}\n|\n\t{{/b}}\n| c\n", ["b": true], is: "| a\n|\n| c\n"),
        SpecificationCase("CR LF", "|\r\n{{#b}}\r\n{{/b}}\r\n|", ["b": true], is: "|\r\n|"),
        SpecificationCase("first line", "  {{#b}}\n#{{/b}}\n/", ["b": true], is: "#\n/"),
        SpecificationCase("last line", "#{{#b}}\n/\n  {{/b}}", ["b": true], is: "#\n/\n"),
        SpecificationCase("in the tag", "|{{# b }}={{/ b }}|", ["b": true], is: "|=|"),
    ]
}

import Mustache
import Testing
import Text

struct InvertedSectionTests {
    @Test(arguments: values + names)
    func `an inverted section is shown where there is nothing to show`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    @Test(arguments: whitespace)
    func `an inverted section takes the lines that it has for itself`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    static let values = [
        SpecificationCase("false", "({{^b}}shown{{/b}})", ["b": false], is: "(shown)"),
        SpecificationCase("null", "({{^b}}shown{{/b}})", .json(#"{"b": null}"#), is: "(shown)"),
        SpecificationCase("unknown", "({{^b}}shown{{/b}})", [:], is: "(shown)"),
        SpecificationCase("empty text", "({{^b}}shown{{/b}})", ["b": ""], is: "(shown)"),
        SpecificationCase("true", "({{^b}}shown{{/b}})", ["b": true], is: "()"),
        SpecificationCase("text", "({{^b}}shown{{/b}})", ["b": "text"], is: "()"),
        SpecificationCase("object", "({{^b}}{{n}}{{/b}})", ["b": ["n": "Joe"]], is: "()"),
        SpecificationCase("list", "({{^b}}{{n}}{{/b}})", ["b": [["n": "1"], ["n": "2"]]], is: "()"),
        SpecificationCase("empty list", "({{^b}}shown{{/b}})", ["b": []], is: "(shown)"),
        SpecificationCase("nested false", "A {{^b}}B {{^b}}C{{/b}} D{{/b}} E", ["b": false], is: "A B C D E"),
        SpecificationCase("nested true", "A {{^b}}B {{^b}}C{{/b}} D{{/b}} E", ["b": true], is: "A  E"),
        SpecificationCase(
            "the same twice",
            "{{^b}}\n* first\n{{/b}}\n* {{two}}\n{{^b}}\n* third\n{{/b}}\n",
            ["b": false, "two": "second"],
            is: "* first\n* second\n* third\n"
        ),
    ]

    static let names = [
        SpecificationCase("dotted true", "({{^a.b.c}}shown{{/a.b.c}})", ["a": ["b": ["c": true]]], is: "()"),
        SpecificationCase("dotted false", "({{^a.b.c}}shown{{/a.b.c}})", ["a": ["b": ["c": false]]], is: "(shown)"),
        SpecificationCase("dotted, broken chain", "({{^a.b.c}}shown{{/a.b.c}})", ["a": [:]], is: "(shown)"),
    ]

    static let whitespace = [
        SpecificationCase("around", " | {{^b}}\t|\t{{/b}} | \n", ["b": false], is: " | \t|\t | \n"),
        SpecificationCase("inside", " | {{^b}} {{! kept }}\n {{/b}} | \n", ["b": false], is: " |  \n  | \n"),
        SpecificationCase("on one line", " {{^b}}NO{{/b}}\n {{^b}}WAY{{/b}}\n", ["b": false], is: " NO\n WAY\n"),
        SpecificationCase("own lines", "| a\n{{^b}}\n|\n{{/b}}\n| c\n", ["b": false], is: "| a\n|\n| c\n"),
        SpecificationCase(
            "own lines, indented",
            "| a\n  {{^b}}\n|\n  {{/b}}\n| c\n",
            ["b": false],
            is: "| a\n|\n| c\n"
        ),
        SpecificationCase("CR LF", "|\r\n{{^b}}\r\n{{/b}}\r\n|", ["b": false], is: "|\r\n|"),
        SpecificationCase("first line", "  {{^b}}\n^{{/b}}\n/", ["b": false], is: "^\n/"),
        SpecificationCase("last line", "^{{^b}}\n/\n  {{/b}}", ["b": false], is: "^\n/\n"),
        SpecificationCase("in the tag", "|{{^ b }}={{/ b }}|", ["b": false], is: "|=|"),
    ]
}

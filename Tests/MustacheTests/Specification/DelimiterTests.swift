import Mustache
import Testing
import Text

struct DelimiterTests {
    @Test(arguments: rows + whitespace) func `delimiters hold until they are set again`(row: SpecificationCase) throws {
        #expect(try row.rendered() == row.expected)
    }

    static let rows = [
        SpecificationCase("a pair", "{{=<% %>=}}(<%text%>)", ["text": "Hey!"], is: "(Hey!)"),
        SpecificationCase("brackets", "({{=[ ]=}}[text])", ["text": "It worked!"], is: "(It worked!)"),
        SpecificationCase(
            "sections",
            "[\n{{#s}}\n  {{d}}\n  |d|\n{{/s}}\n{{= | | =}}\n|#s|\n  {{d}}\n  |d|\n|/s|\n]\n",
            ["s": true, "d": "value"],
            is: "[\n  value\n  |d|\n  {{d}}\n  value\n]\n"
        ),
        SpecificationCase(
            "inverted sections",
            "[\n{{^s}}\n  {{d}}\n  |d|\n{{/s}}\n{{= | | =}}\n|^s|\n  {{d}}\n  |d|\n|/s|\n]\n",
            ["s": false, "d": "value"],
            is: "[\n  value\n  |d|\n  {{d}}\n  value\n]\n"
        ),
        SpecificationCase(
            "not inherited by a partial",
            "[ {{>inner}} ]\n{{= | | =}}\n[ |>inner| ]\n",
            ["value": "yes"],
            partials: [("inner", ".{{value}}.")],
            is: "[ .yes. ]\n[ .yes. ]\n"
        ),
        SpecificationCase(
            "not inherited from a partial",
            "[ {{>inner}} ]\n[ .{{value}}.  .|value|. ]\n",
            ["value": "yes"],
            partials: [("inner", ".{{value}}. {{= | | =}} .|value|.")],
            is: "[ .yes.  .yes. ]\n[ .yes.  .|value|. ]\n"
        ),
        SpecificationCase("back again", "{{=[ ]=}}[={{ }}=]{{t}}[t]", ["t": "a"], is: "a[t]"),
        SpecificationCase("other braces", "{{=<% %>=}}<%{t}%> <%&t%>", ["t": "<"], is: "< <"),
    ]

    static let whitespace = [
        SpecificationCase("around", "| {{=@ @=}} |", is: "|  |"),
        SpecificationCase("on one line with text", " | {{=@ @=}}\n", is: " | \n"),
        SpecificationCase("own line", "Begin.\n{{=@ @=}}\nEnd.\n", is: "Begin.\nEnd.\n"),
        SpecificationCase("own line, indented", "Begin.\n  {{=@ @=}}\nEnd.\n", is: "Begin.\nEnd.\n"),
        SpecificationCase("CR LF", "|\r\n{{= @ @ =}}\r\n|", is: "|\r\n|"),
        SpecificationCase("first line", "  {{=@ @=}}\n=", is: "="),
        SpecificationCase("last line", "=\n  {{=@ @=}}", is: "=\n"),
        SpecificationCase("in the tag", "|{{= @   @ =}}|", is: "||"),
    ]
}

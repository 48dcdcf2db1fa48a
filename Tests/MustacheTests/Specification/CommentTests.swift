import Mustache
import Testing
import Text

struct CommentTests {
    @Test(arguments: rows) func `a comment is not rendered, nor the lines it has for itself`(
        row: SpecificationCase
    ) throws {
        #expect(try row.rendered() == row.expected)
    }

    static let rows = [
        SpecificationCase("in a line", "12345{{! a comment }}67890", is: "1234567890"),
        SpecificationCase("of several lines", "12345{{!\n  of several\n  lines...\n}}67890\n", is: "1234567890\n"),
        SpecificationCase("own line", "Begin.\n{{! a comment }}\nEnd.\n", is: "Begin.\nEnd.\n"),
        SpecificationCase("own line, indented", "Begin.\n  {{! a comment }}\nEnd.\n", is: "Begin.\nEnd.\n"),
        SpecificationCase("CR LF", "|\r\n{{! a comment }}\r\n|", is: "|\r\n|"),
        SpecificationCase("first line", "  {{! a comment }}\n!", is: "!"),
        SpecificationCase("last line", "!\n  {{! a comment }}", is: "!\n"),
        SpecificationCase("own lines", "Begin.\n{{!\nSomething.\n}}\nEnd.\n", is: "Begin.\nEnd.\n"),
        SpecificationCase("own lines, indented", "Begin.\n  {{!\n    Some.\n  }}\nEnd.\n", is: "Begin.\nEnd.\n"),
        SpecificationCase("behind text", "  12 {{! 34 }}\n", is: "  12 \n"),
        SpecificationCase("around", "12345 {{! a comment }} 67890", is: "12345  67890"),
        SpecificationCase(
            "names nothing",
            "({{!comment}}) ({{! comment}})",
            .object([View.Member("!comment", "1"), View.Member("! comment", "2"), View.Member("comment", "3")]),
            is: "() ()"
        ),
    ]
}

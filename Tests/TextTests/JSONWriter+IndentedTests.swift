import Testing
import Text

struct JSONWriterIndentedTests {
    @Test
    func `what fits a line stands on one, and the rest is indented`() {
        let long = JSON.text(WireText(String(repeating: "x", count: 80)))
        let document: JSON = ["a": [1, 2], "b": [long, [:]], "c": ["d": long, "e": nil]]
        let x = String(repeating: "x", count: 80)
        let expected = """
            {
              "a": [1,2],
              "b": [
                "\(x)",
                {}
              ],
              "c": {
                "d": "\(x)",
                "e": null
              }
            }

            """
        #expect(WireText(JSONWriter.writeIndented(document)) == WireText(expected))
    }

    @Test(arguments: ["null", "[]", "{}", #"{"a":[{"b":"c"}]}"#, #"["\u0001\""]"#])
    func `what is written for people reads as the same value`(text: String) throws {
        let value = try JSONReader.read(Array(text.utf8))
        #expect(try JSONReader.read(JSONWriter.writeIndented(value)) == value)
    }
}

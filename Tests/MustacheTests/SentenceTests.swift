import Mustache
import Testing
import Text

struct SentenceTests {
    @Test(
        arguments: [
            ("No places.", "No places.", []),
            ("", "", []),
            ("{tpp}", "Budget", ["tpp"]),
            ("Share with {tpp}.", "Share with Budget.", ["tpp"]),
            ("{bank}: share with {tpp} {tpp}", "Bank: share with Budget Budget", ["bank", "tpp", "tpp"]),
            ("Nobody: {no_one}", "Nobody: ", ["no_one"]),
        ] as [(WireText, WireText, [WireText])]
    )
    func `values stand where the pattern has places for them`(pattern: WireText, text: WireText, places: [WireText])
        throws
    {
        let sentence = try #require(Sentence(pattern))
        #expect(sentence.text(["tpp": "Budget", "bank": "Bank"]) == text)
        #expect(sentence.places == places)
    }

    @Test(arguments: ["{", "}", "a {b", "a b}", "{}", "{{a}}", "{a b}", "{A}", "{a{b}}"] as [WireText])
    func `a pattern whose braces do not fit is refused`(pattern: WireText) {
        #expect(Sentence(pattern) == nil)
    }

    @Test func `a value is never read as a pattern`() throws {
        let sentence = try #require(Sentence("{tpp} and {bank}"))
        #expect(sentence.text(["tpp": "{bank}", "bank": "B"]) == "{bank} and B")
    }

    @Test func `a template gets the words and the values apart`() throws {
        let sentence = try #require(Sentence("Share with {tpp}."))
        let view = sentence.view(of: "name", ["tpp": "<Budget>"])
        #expect(view == [["text": "Share with ", "name": "<Budget>"], ["text": ".", "name": nil]])
        let template = try #require(
            TemplateSet.read([TemplateFile("page", "{{#.}}{{text}}{{#name}}<bdi>{{.}}</bdi>{{/name}}{{/.}}")])["page"]
        )
        #expect(template.render(view) == Array("Share with <bdi>&lt;Budget&gt;</bdi>.".utf8))
    }
}

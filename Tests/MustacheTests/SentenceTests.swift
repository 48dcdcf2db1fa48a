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
        let view = sentence.view(of: "name", { ["tpp": "<Budget>"][$0] })
        #expect(view == [["text": "Share with ", "name": "<Budget>"], ["text": ".", "name": nil]])
        let template = try #require(
            TemplateSet.read([TemplateFile("page", "{{#.}}{{text}}{{#name}}<bdi>{{.}}</bdi>{{/name}}{{/.}}")])["page"]
        )
        #expect(template.render(view) == Array("Share with <bdi>&lt;Budget&gt;</bdi>.".utf8))
    }
}

/// Forms that go with a number.
struct PluralTests {
    private static let polish: [(category: WireText, condition: WireText)] = [
        ("one", "n = 1"), ("few", "n % 10 = 2..4 and n % 100 != 12..14"),
    ]

    @Test(
        arguments: [
            ("1", "after one day, on it"), ("2", "after 2 days, on them"), ("22", "after 22 days, on them"),
            ("12", "after 12 days"), ("5", "after 5 days"), ("0", "never"), ("many", "after many days"),
            ("-1", "after -1 days"),
        ] as [(WireText, WireText)]
    )
    func `a number chooses its form, and a form of its own before that`(number: WireText, text: WireText) throws {
        let pattern: WireText =
            "{n, plural, =0 {never} one {after one day, on it} few {after {n} days, on them} other {after {n} days}}"
        let plurals = try #require(PluralRules(Self.polish))
        let sentence = try #require(Sentence(pattern, plurals: plurals))
        #expect(sentence.text(["n": number]) == text)
        #expect(sentence.missingForms.isEmpty)
    }

    @Test func `forms stand in the pieces that a template gets`() throws {
        let plurals = try #require(PluralRules(Self.polish))
        let sentence = try #require(Sentence("{tpp} for {n, plural, one {a day} other {{n} days}}.", plurals: plurals))
        #expect(
            sentence.view(of: "name", { ["tpp": "Budget", "n": "7"][$0] }) == [
                ["text": "", "name": "Budget"], ["text": " for ", "name": "7"], ["text": " days.", "name": nil],
            ]
        )
        #expect(
            sentence.view(of: "name", { ["tpp": "Budget", "n": "1"][$0] }) == [
                ["text": "", "name": "Budget"], ["text": " for a day.", "name": nil],
            ]
        )
        #expect(sentence.places == ["tpp", "n", "n"])
        #expect(sentence.missingForms == [.few])
    }

    @Test(
        arguments: [
            "{n, plural}", "{n, plural,}", "{n, plural, one {a}}", "{n, plural, other {a}", "{n, select, other {a}}",
            "{n, plural, other {a} other {b}}", "{n, plural, some {a} other {b}}", "{n, plural, =x {a} other {b}}",
            "{n, plural, other {{a, plural, other {{b, plural, other {{c, plural, other {d}}}}}}}}",
        ] as [WireText]
    )
    func `a choice that is none is refused`(pattern: WireText) {
        #expect(Sentence(pattern) == nil)
    }

    @Test(
        arguments: [
            ("one", "n"), ("one", "m = 1"), ("one", "n = "), ("one", "n = 2..1"), ("one", "n % 0 = 1"),
            ("one", "n == 1"),
            ("one", "n = 1 or"), ("one", "n = 1..2..3"), ("other", "n = 1"), ("several", "n = 1"), ("one", "n = -1"),
        ] as [(WireText, WireText)]
    )
    func `a rule that cannot be read is refused`(category: WireText, condition: WireText) {
        #expect(PluralRules([(category, condition)]) == nil)
    }
}

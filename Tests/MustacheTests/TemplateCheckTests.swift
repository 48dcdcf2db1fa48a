import Mustache
import Testing
import Text

struct TemplateCheckTests {
    /// A page that offers a bit of everything, in two states.
    static let samples: [View] = [
        .json(
            #"{"bank": {"name": "Bank"}, "errors": [], "user": null, "open": true, "rows": [{"a": "1", "b": null}]}"#
        ),
        .json(#"{"bank": {"name": "Bank"}, "errors": [{"text": "No."}], "user": {"id": "7"}, "rows": [{"b": ["x"]}]}"#),
    ]

    @Test(arguments: [
        "{{bank.name}}", "{{#bank}}{{name}}{{/bank}}", "{{#errors}}{{text}}{{bank.name}}{{/errors}}",
        "{{^errors}}{{bank.name}}{{/errors}}", "{{#user}}{{id}}{{/user}}", "{{user.id}}",
        "{{#open}}{{bank.name}}{{/open}}",
        "{{#rows}}{{a}}{{#b}}{{.}}{{/b}}{{/rows}}", "{{> part}}",
    ])
    func `a template that asks for what is offered is fine`(template: String) {
        #expect(Self.problems(of: template).isEmpty)
    }

    @Test(arguments: [
        ("{{nothing}}", "page.mustache:1:1: the page does not offer nothing"),
        ("\n {{bank.colour}}", "page.mustache:2:2: the page does not offer bank.colour"),
        ("{{#nothing}}{{bank.name}}{{/nothing}}", "page.mustache:1:1: the page does not offer nothing"),
        ("{{^nothing}}{{bank.name}}{{/nothing}}", "page.mustache:1:1: the page does not offer nothing"),
        ("{{^errors}}{{text}}{{/errors}}", "page.mustache:1:12: the page does not offer text"),
        ("{{#errors}}{{id}}{{/errors}}", "page.mustache:1:12: the page does not offer id"),
        ("{{#user}}{{name}}{{/user}}", "page.mustache:1:10: the page does not offer name"),
        ("{{bank}}", "page.mustache:1:1: bank is no text; ask for what is in it"),
        ("{{errors}}", "page.mustache:1:1: errors is no text; ask for what is in it"),
        ("{{open}}", "page.mustache:1:1: open is no text; ask for what is in it"),
        ("{{bank.name.first}}", "page.mustache:1:1: the page does not offer bank.name.first"),
        ("{{#open}}{{> bad}}{{/open}}", "bad.mustache:2:3: the page does not offer missing"),
    ])
    func `a template that asks for something else is refused, even where no sample gets there`(
        template: String,
        problem: String
    ) {
        #expect(Self.problems(of: template) == [problem])
    }

    @Test func `the inside of a list must have been shown by some sample`() {
        let view: View = ["rows": [], "user": nil]
        #expect(
            Self.problems(of: "{{#rows}}{{a}}{{/rows}}{{user.id}}{{user}}", samples: [view]) == [
                "page.mustache:1:1: no sample shows what is in rows",
                "page.mustache:1:24: no sample shows what is in user.id",
            ]
        )
    }

    @Test func `a page without a template is a problem too`() {
        #expect(throws: TemplateProblems.self) {
            try TemplateSet.read([TemplateFile("page", "")], pages: [TemplatePage("login", [[:]])])
        }
    }

    @Test func `a partial that is wrong is told once, however often it is called`() {
        #expect(Self.problems(of: "{{> bad}}{{> bad}}\n  {{> bad}}\n").count == 1)
    }

    static func problems(of template: String, samples: [View] = samples) -> [String] {
        let files = [
            TemplateFile("page", template),
            TemplateFile("part", "{{bank.name}}"),
            TemplateFile("bad", "\n  {{missing}}"),
        ]
        do throws(TemplateProblems) {
            _ = try TemplateSet.read(files, pages: [TemplatePage("page", samples)])
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}

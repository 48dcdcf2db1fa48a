import AssentServer
import Consents
import Foundation
import Mustache
import Testing
import Text

/// What the rules of a place make of the pages, by data alone.
struct RegimeTests {
    private static func pages(_ regime: String) throws -> LoadedPages {
        try LoadedPages(try Shipped.pageFiles(regime: regime))
    }

    private static func page(_ name: String, _ regime: String) throws -> String {
        let preview = try #require(try pages(regime).previews.first { $0.name == name })
        return String(decoding: preview.bytes, as: UTF8.self)
    }

    private static func problems(_ files: PageFiles) -> [String] {
        do {
            _ = try LoadedPages(files)
            return []
        } catch { return error.sentences }
    }

    @Test(arguments: Shipped.regimes.keys.sorted())
    func `every page stands in every language, and is one file of at most 20 kB`(regime: String)
        throws
    {
        let pages = try Self.pages(regime)
        let previews = pages.previews
        #expect(previews.compactMap(\.problem) == [])
        #expect(Set(previews.map(\.name)).count == previews.count)
        for language in pages.languages {
            let mine = previews.filter { $0.name.hasSuffix(".\(language)") }
            #expect(mine.count * pages.languages.count == previews.count)
            for preview in mine {
                let html = String(decoding: preview.bytes, as: UTF8.self)
                #expect(html.contains(#"<html lang="\#(language)" dir=""#), "\(preview.name)")
                #expect(!html.contains("{{") && html.contains("</html>"), "\(preview.name)")
            }
        }
    }

    @Test
    func `in the United Kingdom clusters are closed and in their phrases, elsewhere they are open`()
        throws
    {
        let uk = try Self.page("consent-1.en", "uk-ceg")
        #expect(uk.contains(#"<details><summary id="cluster-account-details">Your Account Details</summary>"#))
        #expect(uk.contains("<li>Your account name, number and sort-code</li>"))
        #expect(!uk.contains("a day while you are away"))
        let generic = try Self.page("consent-1.en", "generic")
        #expect(generic.contains(#"<details open><summary id="cluster-account-details">Your account</summary>"#))
        #expect(generic.contains("<li>Your account name and number (IBAN)</li>"))
        #expect(!generic.contains("a day while you are away"))
    }

    @Test(
        arguments: [
            (
                "en", "may look up to 4 times a day while you are away.",
                "confirm this again after 180 days."
            ),
            ("pl", "do 4 razy dziennie", "Po 180 dniach"), ("ar", "حتى 4 مرات في اليوم", "بعد 180 يومًا."),
            ("cy", "hyd at 4 gwaith", "ar ôl 180 diwrnod"),
        ]
    )
    func `under PSD2 the page says how often and for how long`(
        language: String,
        uses: String,
        days: String
    ) throws {
        let page = try Self.page("consent-1.\(language)", "eu-psd2").replacing(
            "<bdi>4</bdi>",
            with: "4"
        )
        .replacing("<bdi>180</bdi>", with: "180")
        #expect(page.contains(uses))
        #expect(page.contains(days))
    }

    @Test func `in Australia it says what nobody needs, what to ask first, and the merged clusters`()
        throws
    {
        #expect(try Self.page("login-1.en", "au-cdr").contains("does not need your password"))
        #expect(!(try Self.page("login-2.en", "au-cdr").contains("does not need your password")))
        let stop = try Self.page("stop-1.en", "au-cdr")
        #expect(stop.contains("Before you stop, ask") && stop.contains("deletes or de-identifies"))
        let consent = try Self.page("consent-1.en", "au-cdr")
        #expect(consent.contains(#"<summary id="cluster-account-detail">Account balance and details</summary>"#))
        #expect(!consent.contains("Account name, type and balance</summary>"))
        #expect(consent.contains("<li>Who you have sent money to and received money from</li>"))
    }

    @Test(arguments: [("uk-ceg", "Your account name, number and sort-code"), ("au-cdr", "Account number")])
    func `who is asked again reads what is new in the phrases of the rules`(regime: String, phrase: String) throws {
        let more = try Self.page("consent-4.en", regime)
        let list = try #require(more.firstRange(of: "<details")).lowerBound
        #expect(more[..<list].contains("</b> \(phrase)</li>"))
    }

    @Test func `whatever can be asked for has a cluster, and what a cluster says has words`() throws {
        let rules = try Shipped.json("regimes/uk-ceg.json")
        func changed(_ name: WireText, _ value: JSON) -> [UInt8] {
            JSONWriter.write(
                .object((rules.members ?? []).map { $0.name == name ? .init(name, value) : $0 })
            )
        }
        let clusters = try #require(rules["clusters"]?.array)
        #expect(
            Self.problems(
                try Shipped.pageFiles(rules: changed("clusters", .array(Array(clusters.dropLast()))))
            ) == [
                "regimes/uk-ceg.json: no cluster shows ReadParty",
                "regimes/uk-ceg.json: no cluster shows ReadPartyPSU",
            ]
        )
        #expect(
            Self.problems(
                try Shipped.pageFiles(rules: changed("clusters", .array(clusters + [["title": "x"]])))
            ) == [
                "regimes/uk-ceg.json: clusters must each have a title and lines"
            ]
        )
        #expect(
            Self.problems(try Shipped.pageFiles(rules: changed("uses_a_day", .integer(0)))) == [
                "regimes/uk-ceg.json: uses_a_day is no number above 0"
            ]
        )
        #expect(
            Self.problems(
                try Shipped.pageFiles(rules: changed("lines", ["login": [], "consent": "x", "stop": []]))
            )
                == [
                    "regimes/uk-ceg.json: lines.consent is no list of names"
                ]
        )
        let english = [try Shipped.language("en")]
        #expect(
            Self.problems(
                try Shipped.pageFiles(
                    languages: english,
                    rules: changed("lines", ["login": ["hello"], "consent": [], "stop": []])
                )
            ) == ["wording/uk-ceg.en.json: lines.hello is missing or no text"]
        )
        let more: JSON = ["title": "more", "lines": [["phrase": "extra", "when": ["ReadPAN"]]]]
        #expect(
            Self.problems(
                try Shipped.pageFiles(
                    languages: english,
                    rules: changed("clusters", .array(clusters + [more]))
                )
            ) == [
                "wording/uk-ceg.en.json: clusters.more is missing or no text",
                "wording/uk-ceg.en.json: phrases.extra is missing or no text",
            ]
        )
    }

    @Test func `a line of the rules has places only for what the rules name`() throws {
        let wording = try Shipped.json("wording/generic.en.json")
        let english = LanguageFiles(
            "en",
            text: try Shipped.language("en").text,
            textName: "text/en.json",
            wording: JSONWriter.write(wording),
            wordingName: "wording/generic.en.json"
        )
        let rules = try Shipped.json("regimes/eu-psd2.json").members?.filter {
            $0.name != "reconfirm_days"
        }
        let files = try Shipped.pageFiles(
            languages: [english],
            regime: "eu-psd2",
            rules: JSONWriter.write(.object(rules ?? []))
        )
        #expect(
            Self.problems(files) == [
                "wording/generic.en.json: lines.reconfirm has a place {days}, for which there is nothing"
            ]
        )
    }
}

/// What a bank changes of the templates, and what it may not.
struct TemplateCheckTests {
    /// The problems with one file in the place of the shipped one.
    private static func problems(_ name: String, _ change: (String) -> String) throws -> [String] {
        let templates = try Shipped.files().map { file in
            guard file.name == WireText(name) else { return file }
            return TemplateFile(
                file.name,
                Array(change(String(decoding: file.bytes, as: UTF8.self)).utf8)
            )
        }
        do {
            _ = try LoadedPages(try Shipped.pageFiles(templates: templates))
            return []
        } catch let problems as PageProblems {
            return problems.sentences
        }
    }

    @Test(
        arguments: [
            ("the page does not offer bank.nick", "1:1", "{{bank.nick}}"),
            ("values of pages are always escaped: write two braces and no &", "1:1", "{{{bank.name}}}"),
            ("values of pages are always escaped: write two braces and no &", "1:1", "{{&bank.name}}"),
            ("a page has no script", "1:1", "<SCRIPT>"),
            ("a page has no script", "1:4", "<p onclick='x'>"),
            ("a page has no script", "1:9", "<a href=javascript:x>"),
            ("the style of a page stands in one block, whose digest is in the policy", "1:4", "<p style='x'>"),
            ("a picture comes from this server or stands in the page as data:", "1:6", "<img src='https://x'>"),
            ("a picture comes from this server or stands in the page as data:", "1:6", "<img src=//x.test/>"),
        ]
    )
    func `what no page may have is refused, with file, line and column`(
        problem: String,
        place: String,
        line: String
    ) throws {
        let found = try Self.problems("foot") { "\(line)\n\($0)" }
        #expect(found.contains("foot.mustache:\(place): \(problem)"), "\(found)")
    }

    @Test(arguments: [
        #"<img src="data:image/png;base64,AAAA" alt="">"#, #"<img src="/logo.svg" alt="">"#,
    ])
    func `a logo stands in the page or on this server`(logo: String) throws {
        #expect(try Self.problems("brand") { _ in "\(logo)\n<bdi>{{bank.name}}</bdi>\n" } == [])
    }

    @Test(
        arguments: [
            (
                "--quiet: #475767", "--quiet: #8a97a5",
                [
                    "colours.mustache:3:50: --quiet on --page by day has a contrast of 2.72:1, less than 4.5:1",
                    "colours.mustache:3:50: --quiet on --card by day has a contrast of 2.97:1, less than 4.5:1",
                    "colours.mustache:3:50: --quiet on --tint by day has a contrast of 2.61:1, less than 4.5:1",
                ]
            ),
            (
                "--ink: #13202d", "--ink: navy",
                [
                    "colours.mustache:3:34: --ink must be written as #rgb or #rrggbb, so that its contrast can be known",
                    "colours.mustache: there is no --ink by day",
                ]
            ),
            (
                "--on-accent: #04222b", "--on-accent: #fff",
                [
                    "colours.mustache:9:24: --on-accent on --accent by night has a contrast of 1.65:1, less than 4.5:1"
                ]
            ),
        ] as [(String, String, [String])]
    )
    func `colours that cannot be read on each other are refused, by day and by night`(
        colour: String,
        other: String,
        problems: [String]
    ) throws {
        let found = try Self.problems("colours") { $0.replacing(colour, with: other) }
        #expect(Array(found.prefix(problems.count)) == problems)
    }
}

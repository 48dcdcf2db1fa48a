import AssentServer
import Consents
import Foundation
import Mustache
import Testing
import Text

/// The templates as shipped, filled with the views of `Views/`: what they ask for is what pages offer.
struct TemplateTests {
    @Test func `the templates fit together and ask for nothing that a page does not offer`() throws {
        _ = try Shipped.templates()
    }

    @Test(arguments: try Shipped.views())
    func `a page is one file of at most 20 kB without script, style attribute or foreign source`(view: Shipped.Page)
        throws
    {
        let html = try view.html()
        let text = String(decoding: html, as: UTF8.self)
        #expect(html.count <= 20_000)
        #expect(!text.contains("{{"))
        // Front-Channel Logout §3: the one page with frames, which are the clients' own.
        let framing = view.template == "logged_out" ? [] : ["<iframe", "src="]
        for pattern in ["<script", "<object", "<base", "style=", "@import", "url(", "javascript:"] + framing {
            #expect(!text.lowercased().contains(pattern), "\(pattern)")
        }
        #expect(!text.contains(try Regex(#"<[^>]*\son[a-z]+="#)), "no event handler")
        #expect(text.count(of: "<h1>") == 1)
        #expect(text.contains(#"<html lang="en" dir="ltr">"#))
        let ids = text.matches(of: try Regex(#"\sid="([^"]*)""#)).map { String($0.output[1].substring ?? "") }
        #expect(Set(ids).count == ids.count, "ids are unique")
        let targets = text.matches(of: try Regex(##"(?:href="#|for="|aria-describedby="|aria-labelledby=")([^"]*)""##))
            .flatMap { String($0.output[1].substring ?? "").split(separator: " ").map(String.init) }
        #expect(Set(targets).subtracting(ids).isEmpty, "what is pointed to is there")
    }

    @Test func `all pages have the same one style block, so that one digest in the policy serves all`() throws {
        let blocks = try Shipped.views().map { InlineStyles.contents(of: try $0.html()) }
        #expect(Set(blocks).count == 1)
        #expect(blocks.first?.count == 1)
    }

    @Test(arguments: try Shipped.views().filter { $0.template == "consent" })
    func `allow and cancel are alike, and Enter on an account box reaches neither`(view: Shipped.Page) throws {
        let text = String(decoding: try view.html(), as: UTF8.self)
        let submits = text.matches(of: try Regex(#"<button class="([a-z ]+)"[^>]* name="decision" value="([a-z]+)""#))
            .map { [String($0.output[1].substring ?? ""), String($0.output[2].substring ?? "")] }
            // A look for accounts decides nothing either.
            .filter { $0 != ["button second", "review"] }
        // A browser answers Enter with the first submit button of the form.
        #expect(submits.first == ["away", "review"])
        if view.name == "consent.no-accounts" {
            #expect(submits.dropFirst() == [["button", "deny"]])
        } else {
            #expect(submits.dropFirst() == [["button", "allow"], ["button", "deny"]])
        }
    }

    @Test func `CO-41 no account is chosen but what the server chose`() throws {
        for view in try Shipped.views() where view.template == "consent" {
            let text = String(decoding: try view.html(), as: UTF8.self)
            let chosen = text.matches(of: try Regex(#"<input [^>]*\schecked"#))
            let expected =
                switch view.name {
                case "consent.one-account": 1
                // What the person themselves chose the last time.
                case "consent.again", "consent.again-changed": 2
                default: 0
                }
            #expect(chosen.count == expected, "\(view.name)")
        }
    }

    @Test func `AZ-26 values of a form post stay inside their attributes`() throws {
        let page = try #require(try Shipped.views().first { $0.name == "form_post" })
        let text = String(decoding: try page.html(), as: UTF8.self)
        #expect(text.contains(#"name="state" value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">"#))
    }

    @Test(arguments: ["sentence", "moment"])
    func `a partial for the middle of a sentence ends without a new line`(name: String) throws {
        let bytes = try Data(contentsOf: Shipped.folder.appending(path: "\(name).mustache"))
        #expect(bytes.last == UInt8(ascii: "}"))
    }

    @Test func `every sentence can be read, and every text is used`() throws {
        let json = try Shipped.json("text/en.json")
        for (name, pattern) in try #require(json["sentences"]?.members).map({ ($0.name, $0.value.text) }) {
            #expect(Sentence(try #require(pattern)) != nil, "\(name)")
        }
        let templates = try Shipped.files().map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        for group in try #require(json["text"]?.members) {
            for text in try #require(group.value.members) {
                #expect(templates.contains("{{text.\(group.name).\(text.name)}}"), "\(group.name).\(text.name)")
            }
        }
    }

    @Test func `every line that a consent can have has its phrase, and there is no phrase beside them`() throws {
        let wording = try Shipped.json("wording/uk-ceg.en.json")
        let sets =
            Permission.allCases.map { [$0] }
            + [Permission.readTransactionsBasic, .readTransactionsDetail].flatMap { depth in
                [[depth, .readTransactionsCredits], [depth, .readTransactionsDebits]]
                    + [[depth, .readTransactionsCredits, .readTransactionsDebits]]
            }
        let groups = sets.flatMap { PermissionGroup.groups(of: $0) }
        let phrases = try #require(wording["phrases"]?.members)
        #expect(Set(phrases.map(\.name)) == Set(groups.flatMap(\.lines)))
        #expect(phrases.allSatisfy { $0.value.text?.isEmpty == false })
        let clusters = try #require(wording["clusters"]?.members)
        #expect(clusters.map(\.name.string) == PermissionGroup.Cluster.allCases.map(\.rawValue))
        for name in ["cardPhrases", "notes"] {
            let known = Set(phrases.map(\.name)).union(clusters.map(\.name))
            #expect(Set(try #require(wording[WireText(name)]?.members).map(\.name)).isSubset(of: known))
        }
    }
}

extension String {
    fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}

/// The folder `templates` and the sample views beside these tests.
enum Shipped {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../templates")
    static let viewFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Views")

    struct Page: CustomTestStringConvertible, Sendable {
        let name: String
        let view: View

        var template: WireText { WireText(String(name.prefix { $0 != "." })) }
        var testDescription: String { name }

        func html() throws -> [UInt8] {
            try #require(try Shipped.templates()[template]).render(view)
        }
    }

    /// As they stand in `text`.
    static let languages = ["ar", "cy", "de", "en", "es", "fr", "pl"]

    /// As they stand in `regimes`, with the wording of each.
    static let regimes = ["au-cdr": "au-cdr", "eu-psd2": "generic", "generic": "generic", "uk-ceg": "uk-ceg"]

    /// The pages as shipped, but for what is given.
    static func pageFiles(
        templates: [TemplateFile]? = nil,
        languages: [LanguageFiles]? = nil,
        regime: String = "uk-ceg",
        rules: [UInt8]? = nil
    ) throws -> PageFiles {
        let wording = try #require(regimes[regime])
        let file = Shipped.folder.appending(path: "regimes/\(regime).json")
        return PageFiles(
            templates: try templates ?? files(),
            languages: try languages ?? Shipped.languages.map { try language($0, wording: wording) },
            regime: try rules ?? Array(Data(contentsOf: file)),
            regimeName: "regimes/\(regime).json",
            standard: "en",
            bank: BankIdentity(name: "Sample Bank")
        )
    }

    static func language(_ name: String, wording: String = "uk-ceg") throws -> LanguageFiles {
        let text = "text/\(name).json"
        let wording = "wording/\(wording).\(name).json"
        return LanguageFiles(
            WireText(name),
            text: Array(try Data(contentsOf: folder.appending(path: text))),
            textName: text,
            wording: Array(try Data(contentsOf: folder.appending(path: wording))),
            wordingName: wording
        )
    }

    static func templates() throws -> TemplateSet {
        let pages = Dictionary(grouping: try views(), by: \.template)
        return try TemplateSet.read(
            files(),
            pages: pages.map { TemplatePage($0.key, $0.value.map(\.view) + underOtherRules($0.key)) }
        )
    }

    /// What the rules of a place may want to be said, which stands in no view.
    private static func underOtherRules(_ page: WireText) -> [View] {
        let lines: View = [["words": [["text": "Sample ", "name": "Budget Buddy"]]]]
        return switch page {
        case "login", "stop": [["lines": lines]]
        case "consent": [["consent": ["lines": lines]]]
        default: []
        }
    }

    static func files() throws -> [TemplateFile] {
        try names(in: folder, ending: ".mustache").map { name in
            TemplateFile(WireText(name), Array(try Data(contentsOf: folder.appending(path: "\(name).mustache"))))
        }
    }

    /// Each view with the texts of the language, as a page offers them.
    static func views() throws -> [Page] {
        let texts = View(try json("text/en.json"))["text"] ?? .missing
        return try names(in: viewFolder, ending: ".json").map { name in
            let bytes = Array(try Data(contentsOf: viewFolder.appending(path: "\(name).json")))
            guard case .object(let members) = View(try JSONReader.read(bytes)) else {
                throw CocoaError(.fileReadCorruptFile)
            }
            // What every page offers stands in no view.
            let languages: View = [
                "answers": "answers",
                "others": .list(
                    languages.filter { $0 != "en" }.map {
                        ["tag": .text(WireText($0)), "dir": $0 == "ar" ? "rtl" : "ltr", "name": .text(WireText($0))]
                    }
                ),
            ]
            let frame = [View.Member("text", texts), View.Member("languages", languages)]
            return Page(name: name, view: .object(members + frame))
        }
    }

    static func json(_ path: String) throws -> JSON {
        try JSONReader.read(Array(try Data(contentsOf: folder.appending(path: path))))
    }

    private static func names(in folder: URL, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }
}

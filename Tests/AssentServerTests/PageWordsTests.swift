import AssentServer
import Consents
import Foundation
import Mustache
import Testing
import Text

/// Words that the templates do not name are asked for by the server, and found missing at start.
struct PageWordsTests {
    /// Reads the pages with one more language, made of a shipped one.
    private static func read(
        _ language: String = "en",
        wordingAs change: (JSON) -> JSON = { $0 },
        textAs textChange: (JSON) -> JSON
    ) throws -> LoadedPages {
        let text = "text/\(language).json"
        let wording = "wording/uk-ceg.\(language).json"
        let changed = LanguageFiles(
            WireText(language),
            text: JSONWriter.write(textChange(try Shipped.json(text))),
            textName: text,
            wording: JSONWriter.write(change(try Shipped.json(wording))),
            wordingName: wording
        )
        let others = try ["en"].filter { $0 != language }.map { try Shipped.language($0) }
        return try LoadedPages(
            try Shipped.pageFiles(languages: others + [changed])
        )
    }

    private static func problems(_ read: () throws -> LoadedPages) throws -> [String] {
        do {
            _ = try read()
            return []
        } catch let problems as PageProblems {
            return problems.sentences
        }
    }

    @Test func `the words as shipped are complete in every language, and say which nobody has reviewed`() throws {
        let pages = try LoadedPages(
            try Shipped.pageFiles(languages: try Shipped.languages.map { try Shipped.language($0) })
        )
        #expect(pages.languages == Shipped.languages.map { WireText($0) })
        #expect(pages.unreviewed == ["ar", "cy", "de", "es", "fr", "pl"])
    }

    @Test(
        arguments: [
            ("history", "registered"), ("history", "account-left"), ("history", "expired"), ("actors", "person"),
            ("states", "revoked"), ("sentences", "stop_heading"), ("problems", "not_found"),
        ],
        ["en", "cy"]
    )
    func `a language in which a page would have nothing to say is refused, with file and key`(
        place: (String, String),
        language: String
    ) throws {
        let found = try Self.problems { try Self.read(language) { $0.without(place.0, place.1) } }
        #expect(found == ["text/\(language).json: \(place.0).\(place.1) is missing or no text"])
    }

    @Test func `every problem of every language is told at once`() throws {
        let cy = try Shipped.json("text/cy.json").without("text", "help").without("problems", "outdated")
        let de = try Shipped.json("text/de.json").without("sentences", "until")
        func files(_ language: WireText, _ text: JSON) throws -> LanguageFiles {
            LanguageFiles(
                language,
                text: JSONWriter.write(text),
                textName: "text/\(language).json",
                wording: try Shipped.language(language.string).wording,
                wordingName: ""
            )
        }
        let found = try Self.problems {
            try LoadedPages(
                try Shipped.pageFiles(languages: [try files("cy", cy), try Shipped.language("en"), try files("de", de)])
            )
        }
        #expect(
            found == [
                "text/cy.json: text.help.heading is missing or no text",
                "text/cy.json: text.help.code is missing or no text",
                "text/cy.json: problems.outdated is missing or no text",
                "text/de.json: sentences.until is missing or no text",
            ]
        )
    }

    @Test(
        arguments: [
            (
                "stop_heading", "Stop {tpp",
                "sentences.stop_heading has a brace without a partner, or a choice that is none"
            ),
            ("stop_heading", "Stop {tppp}?", "sentences.stop_heading has a place {tppp}, for which there is nothing"),
            ("date", "{day}.{clock}", "sentences.date has a place {clock}, for which there is nothing"),
            (
                "lasts_days", "{days, plural, other {{days} d}}",
                "sentences.lasts_days has no form for \"one\", which numbers of this language have"
            ),
        ] as [(WireText, WireText, String)]
    )
    func `a sentence that could not be said is refused`(name: WireText, pattern: WireText, problem: String) throws {
        let found = try Self.problems { try Self.read { $0.with("sentences", name, .text(pattern)) } }
        #expect(found == ["text/en.json: \(problem)"])
    }

    @Test(
        arguments: [
            ("lang", "cy", "lang is not en"), ("dir", "up", "dir is neither ltr nor rtl"),
            ("name", "", "name is missing or no text"),
        ] as [(WireText, WireText, String)]
    )
    func `a language says what it is`(name: WireText, value: WireText, problem: String) throws {
        let found = try Self.problems { try Self.read { $0.with(name, .text(value)) } }
        #expect(found == ["text/en.json: \(problem)"])
    }

    @Test func `every step that a history can have has words, and there are no words beside them`() throws {
        let words = try #require(try Shipped.json("text/en.json")["history"]?.members)
        for word in words {
            #expect(throws: PageProblems.self, "\(word.name)") {
                try Self.read { $0.without("history", word.name.string) }
            }
        }
    }

    // MARK: Languages against each other

    @Test(arguments: Shipped.languages)
    func `a language has the words that English has, each with the same places, and nothing else`(language: String)
        throws
    {
        let english = try Shipped.json("text/en.json").leaves
        let other = try Shipped.json("text/\(language).json").leaves
        #expect(Set(english.keys).symmetricDifference(other.keys) == [])
        for (name, text) in english {
            let pattern = try #require(other[name])
            #expect(!pattern.isEmpty, "\(name)")
            guard name.hasPrefix("sentences.") else { continue }
            let places = try [text, pattern].map { Set(try #require(Sentence($0), "\(name)").places) }
            #expect(places[0] == places[1], "\(name)")
        }
        let english2 = try Shipped.json("wording/uk-ceg.en.json").leaves
        let other2 = try Shipped.json("wording/uk-ceg.\(language).json").leaves
        #expect(Set(english2.keys).symmetricDifference(other2.keys) == [])
    }

    @Test(arguments: Shipped.languages)
    func `every permission that there is has its phrase, in every language`(language: String) throws {
        let wording = try Shipped.json("wording/uk-ceg.\(language).json")
        for line in PermissionGroup.everyLine {
            #expect(wording["phrases"]?[line]?.text?.isEmpty == false, "\(line)")
        }
        #expect(wording["reviewed"]?.boolean == (language == "en"), "Somebody has to have looked at it.")
    }

    /// What CLDR has for whole numbers.
    @Test(
        arguments: [
            ("en", [1: "one", 0: "other", 2: "other", 11: "other"]),
            ("cy", [0: "zero", 1: "one", 2: "two", 3: "few", 6: "many", 4: "other", 13: "other", 16: "other"]),
            ("fr", [0: "one", 1: "one", 2: "other"]),
            (
                "pl",
                [
                    1: "one", 2: "few", 4: "few", 5: "many", 0: "many", 11: "many", 12: "many", 14: "many", 21: "many",
                    22: "few", 25: "many", 102: "few", 112: "many",
                ]
            ),
            (
                "ar",
                [
                    0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 103: "few", 11: "many", 99: "many", 111: "many",
                    100: "other", 102: "other", 1000: "other",
                ]
            ),
        ] as [(String, [Int: String])]
    )
    func `numbers have the form of their language`(language: String, forms: [Int: String]) throws {
        let rules = try #require(try Shipped.json("text/\(language).json")["plurals"]?.members)
        let plurals = try #require(PluralRules(rules.map { ($0.name, $0.value.text ?? "") }))
        let all = PluralRules.Category.allCases.map { "\($0) {\($0)}" }.joined(separator: " ")
        let sentence = try #require(Sentence(WireText("{n, plural, \(all)}"), plurals: plurals))
        for (number, form) in forms {
            #expect(sentence.text(["n": WireText("\(number)")]).string == form, "\(number)")
        }
        #expect(Set(plurals.categories.map(\.rawValue)) == Set(forms.values).union(["other"]))
    }
}

extension JSON {
    /// Without a member of a member.
    fileprivate func without(_ group: String, _ name: String) -> JSON {
        changed(WireText(group)) { group in
            .object((group.members ?? []).filter { $0.name != WireText(name) })
        }
    }

    fileprivate func with(_ group: WireText, _ name: WireText, _ value: JSON) -> JSON {
        changed(group) { $0.with(name, value) }
    }

    fileprivate func with(_ name: WireText, _ value: JSON) -> JSON { changed(name) { _ in value } }

    private func changed(_ name: WireText, _ change: (JSON) -> JSON) -> JSON {
        .object((members ?? []).map { $0.name == name ? Member(name, change($0.value)) : $0 })
    }

    /// The texts by their dotted names.
    fileprivate var leaves: [String: WireText] {
        var leaves: [String: WireText] = [:]
        for member in members ?? [] where !["plurals", "reviewed"].contains(member.name) {
            if let text = member.value.text { leaves[member.name.string] = text }
            for (index, text) in (member.value.texts ?? []).enumerated() { leaves["\(member.name).\(index)"] = text }
            for (name, text) in member.value.leaves { leaves["\(member.name).\(name)"] = text }
        }
        return leaves
    }
}

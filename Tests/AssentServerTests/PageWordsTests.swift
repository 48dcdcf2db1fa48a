import AssentServer
import Foundation
import Testing
import Text

/// Words that the templates do not name are asked for by the server, and found missing at start.
struct PageWordsTests {
    private static func read(without group: WireText, _ name: WireText) throws {
        let text = try Shipped.json("text/en.json")
        let members = try #require(text.members).map { member in
            guard member.name == group else { return member }
            return JSON.Member(group, .object((member.value.members ?? []).filter { $0.name != name }))
        }
        _ = try LoadedPages(
            PageFiles(
                templates: try Shipped.files(),
                text: JSONWriter.write(.object(members)),
                wording: JSONWriter.write(try Shipped.json("wording/uk-ceg.en.json")),
                bank: BankIdentity(name: "Sample Bank")
            )
        )
    }

    @Test func `the words as shipped are complete`() throws {
        try Self.read(without: "nothing", "nothing")
    }

    @Test(
        arguments: [
            ("history", "registered", "history.registered is missing"),
            ("history", "account-left", "history.account-left is missing"),
            ("history", "expired", "history.expired is missing"),
            ("actors", "person", "actors.person is missing"),
            ("states", "revoked", "revoked is missing or no text"),
            ("sentences", "stop_heading", "stop_heading is missing or no text"),
            ("problems", "not_found", "not_found is missing or no text"),
        ]
    )
    func `a language in which a page would have nothing to say is refused`(
        group: String,
        name: String,
        problem: String
    ) throws {
        do {
            try Self.read(without: WireText(group), WireText(name))
            Issue.record("It was taken.")
        } catch let problems as PageProblems {
            #expect(problems.sentences == [problem])
        }
    }

    @Test func `every step that a history can have has words, and there are no words beside them`() throws {
        let words = try #require(try Shipped.json("text/en.json")["history"]?.members)
        for word in words {
            #expect(throws: PageProblems.self, "\(word.name)") { try Self.read(without: "history", word.name) }
        }
        #expect(words.allSatisfy { $0.value.text?.isEmpty == false })
    }
}

import Configuration
import Foundation
import OAuth
import Testing
import Text

/// `config/assent.json`: the documentation of the settings, held to the code.
struct ShippedFileTests {
    static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "config/assent.json")

    private let bytes: [UInt8]
    private let lines: [Substring]

    init() throws {
        let text = try String(contentsOf: Self.url, encoding: .utf8)
        bytes = Array(text.utf8)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test func `the file says what holds without it`() throws {
        let read = try Configuration(bytes, file: "assent.json")
        #expect(read == Configuration(issuer: try #require(Issuer("https://auth.bank.example"))))
    }

    @Test func `every setting is in the file, and nothing else is`() throws {
        let document = try JSONReader.readLocated(bytes, dialect: .commented).value
        var found: [WireText] = []
        for section in try #require(document.members) {
            for setting in try #require(section.value.members) {
                found.append(JSONPointer.appending(setting.name, to: JSONPointer.appending(section.name, to: "")))
            }
        }
        #expect(Set(found) == Set(Configuration.settings))
        #expect(Configuration.settings.count > 20)
        #expect(Set(Configuration.settings).count == Configuration.settings.count)
    }

    @Test func `every setting stands in a line of its own, with a comment`() throws {
        let offsets = try JSONReader.readLocated(bytes, dialect: .commented).offsets
        var taken: Set<Int> = []
        for setting in Configuration.settings {
            let offset = try #require(offsets[setting])
            let line = bytes.prefix(offset).count { $0 == .newline }
            #expect(taken.insert(line).inserted, "\(setting) shares its line")
            let isCommented = lines[line].contains("//") || lines[line - 1].contains(/^\s*\/\/ \S/)
            #expect(isCommented, "\(setting) has no comment")
        }
    }
}

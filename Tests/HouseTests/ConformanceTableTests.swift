import Testing

/// The tables of `docs/conformance`, held to the files and tests that they name.
///
/// A table begins with `| § |` and has four columns: the section; what is asked, in our words; code; and test, or
/// exception and reason. In the column of code stand paths, seen from the root, in backticks. In the last column
/// stand tests in backticks, each by its whole name: `a sentence about behaviour` for a Swift test,
/// `file.py: function_name` for one of `Tests/EndToEndTests`. A row without a test says `exception: …` or
/// `reason: …`; from this word on the cell is prose, of which only paths are looked at. `README.md` is not read: its
/// table is of modules.
struct ConformanceTableTests {
    static let tables = SourceTree.files(under: "docs/conformance", named: ".md")
        .filter { !$0.hasSuffix("/README.md") }.map { ConformanceTable($0, SourceTree.text($0)) }

    static let tests = KnownTests(
        swift: SourceTree.files(under: "Tests", named: ".swift").map(SourceTree.text),
        python: SourceTree.files(under: "Tests/EndToEndTests", named: ".py").map { ($0, SourceTree.text($0)) }
    )

    @Test(arguments: tables)
    func `a table of a specification names only what is there`(table: ConformanceTable) {
        #expect(!table.rows.isEmpty, "\(table.path) has no table that begins with | § |")
        for row in table.rows {
            for mistake in row.mistakes(tests: Self.tests, isThere: SourceTree.exists) {
                Issue.record("\(table.path):\(row.line) \(mistake)")
            }
        }
    }

    @Test func `a row that says what is not so is seen`() {
        let table = ConformanceTable(
            "docs/conformance/sample.md",
            """
            # Sample

            | name | of another table |
            |---|---|
            | a | b |

            | § | what | code | test |
            |---|---|---|---|
            | 1 | whole | `Sources/A.swift`, `Sources/B` | `it works`, `wire.py: it_works` |
            | 2 | left out | | exception: nobody asks for `it` |
            | 3 | a file | `Sources/Gone.swift` | `it works` |
            | 4 | a name | `Sources/A.swift` | `it worked` |
            | 5 | a script | `Sources/A.swift` | `wire.py: it_worked`, `wires.py: it_works` |
            | 6 | no test | `Sources/A.swift` | |
            | 7 | no reason | | exception: |
            | 8 | a path | | reason: see `docs/gone.md`, and `others` |
            | 9 | short | `it works` |
            | 10 | of something else | `Algorithm.none` | `it works` |

            | § | what | code | test |
            |---|---|---|---|
            | 11 | `a|b` and a\\|b | `Sources/A.swift` | `it works` |
            """
        )
        #expect(table.rows.map(\.line) == [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 22])
        let tests = KnownTests(
            swift: ["@Test func `it works`() {}"],
            python: [("Tests/EndToEndTests/wire.py", "def it_works():\ndef it_worked(page):\n")]
        )
        let there: Set<String> = ["Sources/A.swift", "Sources/B"]
        let mistakes = table.rows.map { $0.mistakes(tests: tests, isThere: there.contains) }
        #expect(
            mistakes == [
                [],
                [],
                ["there is no file Sources/Gone.swift"],
                ["there is no test named it worked"],
                ["there is no test named wire.py: it_worked", "there is no test named wires.py: it_works"],
                ["has neither a test nor an exception with its reason"],
                ["has neither a test nor an exception with its reason"],
                ["there is no file docs/gone.md"],
                ["has 3 cells, not 4"],
                ["there is no file Algorithm.none"],
                [],
            ]
        )
    }
}

/// What a page of `docs/conformance` says.
struct ConformanceTable: Sendable, CustomTestStringConvertible {
    let path: String
    let rows: [Row]

    struct Row: Sendable {
        let line: Int
        let cells: [Substring]
    }

    init(_ path: String, _ text: String) {
        self.path = path
        var rows: [Row] = []
        var isInside = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("| § |") {
                isInside = true
            } else if !line.hasPrefix("|") {
                isInside = false
            } else if isInside, !line.hasPrefix("|-") {
                rows.append(Row(line: index + 1, cells: line.cells))
            }
        }
        self.rows = rows
    }

    var testDescription: String { path }
}

extension ConformanceTable.Row {
    /// Everything in it that is not so, a sentence each.
    func mistakes(tests: KnownTests, isThere: (String) -> Bool) -> [String] {
        guard cells.count == 4 else { return ["has \(cells.count) cells, not 4"] }
        let prose = cells[3].firstMatch(of: /\b(?:exception|reason):/)
        let proof = prose.map { cells[3][..<$0.range.lowerBound] } ?? cells[3]
        let reason = prose.map { cells[3][$0.range.upperBound...] } ?? ""

        let paths = cells[2].quoted + (proof.quoted + reason.quoted).filter(\.isPath)
        let names = proof.quoted.filter { !$0.isPath }
        var mistakes = paths.filter { !isThere(String($0)) }.map { "there is no file \($0)" }
        mistakes += names.filter { !tests.contains($0) }.map { "there is no test named \($0)" }
        if names.isEmpty, !reason.contains(/\w/) {
            mistakes.append("has neither a test nor an exception with its reason")
        }
        return mistakes
    }
}

/// The names of all tests.
struct KnownTests: Sendable {
    private var names: Set<Substring> = []

    init(swift: [String], python: [(path: String, text: String)]) {
        for text in swift {
            names.formUnion(text.matches(of: /func\s+`([^`\n]+)`/).map(\.1))
        }
        for (path, text) in python {
            let file = path.split(separator: "/").last ?? ""
            // Who takes something helps a test and is none.
            names.formUnion(text.matches(of: /\bdef\s+(\w+)\(\):/).map { "\(file): \($0.1)" })
        }
    }

    func contains(_ name: Substring) -> Bool { names.contains(name) }
}

extension Substring {
    /// The cells of a row; a stroke in backticks or behind a backslash is not the end of one.
    fileprivate var cells: [Substring] {
        var cells: [Substring] = []
        var start = startIndex
        var isQuoted = false
        var isEscaped = false
        for index in indices {
            if self[index] == "`" { isQuoted.toggle() }
            if self[index] == "|", !isQuoted, !isEscaped {
                cells.append(self[start..<index])
                start = self.index(after: index)
            }
            isEscaped = self[index] == "\\"
        }
        return Array(cells.dropFirst())
    }

    /// What stands in backticks.
    fileprivate var quoted: [Substring] { matches(of: /`([^`]+)`/).map(\.1) }

    /// Whether it is a path of ours, rather than the name of a test or something on the wire.
    fileprivate var isPath: Bool {
        contains(/^(?:Sources|Tests|docs|templates|config|keys)\/[^\s]*$/)
    }
}

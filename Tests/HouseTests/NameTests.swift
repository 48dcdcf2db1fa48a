import Testing

struct NameTests {
    static var emptyWords: Regex<Substring> {
        /(?:Util|Utils|Utilities|Helper|Helpers|Manager|Common|Misc|Service|Impl|Stuff)(?:\+|\.|$)/
    }

    @Test func `no file has a name that says nothing`() {
        let files = SourceTree.files(under: "Sources") + SourceTree.files(under: "Tests", named: ".swift")
        #expect(files.filter { $0.contains(Self.emptyWords) } == [])
        #expect("Sources/Text/StringUtils.swift".contains(Self.emptyWords))
        #expect("Sources/OAuth/TokenManager+Reading.swift".contains(Self.emptyWords))
        #expect(!"Sources/Net/Listener.swift".contains(Self.emptyWords))
    }

    @Test(arguments: SourceTree.sources)
    func `every kind on the outside of a file says what it is`(file: SourceFile) {
        let kind =
            /^(?:@\w+\s+)*package\s+(?:(?:final|indirect|nonisolated)\s+)*(?:struct|enum|class|actor|protocol|func|typealias)\b/
        for line in file.lines(matching: kind) {
            #expect(file.hasDocumentation(above: line), "\(file.path):\(line)")
        }
    }

    @Test func `the top holds what the plan of the house holds`() {
        let top = SourceTree.top.filter { !$0.hasPrefix(".") }
        let known: Set<String> = [
            "Package.swift", "Sources", "Tests", "templates", "keys", "config", "docs", "Makefile", "README.md",
            "ARCHITECTURE.md", "STYLE.md", "CONTRIBUTING.md", "SECURITY.md", "THREATS.md", "CHANGELOG.md", "LICENSE",
            "bench", "sandbox", "Package.resolved", "run",
        ]
        #expect(top.subtracting(known) == [])
    }
}

extension SourceFile {
    /// Whether documentation stands above a line, with nothing but attributes between them.
    func hasDocumentation(above line: Int) -> Bool {
        var above = line - 2
        while above >= 0, lines[above].contains(/^\s*@\w+(?:\(.*\))?\s*$/) { above -= 1 }
        return above >= 0 && lines[above].hasPrefix("///")
    }
}

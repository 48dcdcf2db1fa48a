import Testing

/// Words that a reader could miss among many lines, and what stands against each.
struct RefusedWordTests {
    @Test(arguments: SourceTree.sources)
    func `SW-07 nothing ends the process because of what came from outside`(file: SourceFile) {
        // `try!` and `as!` trap; `fatalError` does too, and says nothing that `precondition` does not.
        #expect(file.lines(matching: /\b(?:try|as)!/) == [])
        #expect(file.lines(matching: /\b(?:fatalError|assertionFailure)\s*\(/) == [])
    }

    @Test(arguments: SourceTree.sources)
    func `a precondition says what was wrong`(file: SourceFile) {
        let calls = file.code.joined(separator: "\n").matches(of: /\bprecondition(?:Failure)?\(([^"]*?)\)\s/)
        #expect(calls.map { String($0.1) } == [])
    }

    @Test(arguments: SourceTree.sources)
    func `errors have types, and nothing is public`(file: SourceFile) {
        #expect(file.lines(matching: /any\s+(?:Swift\.)?Error\b/) == [])
        #expect(file.lines(matching: /\bthrows\b(?!\s*\()/) == [])
        #expect(file.lines(matching: /^\s*(?:public|open)\s/) == [])
    }

    @Test(arguments: SourceTree.sources)
    func `whoever unchecks the compiler says why`(file: SourceFile) {
        for line in file.lines(matching: /@unchecked|nonisolated\(unsafe\)|unsafeBitCast|unsafeDowncast/) {
            #expect(file.hasComment(beside: line), "\(file.path):\(line)")
        }
    }

    /// Where pointers are met: C, the sockets, the disk, and the hash function of the standard library.
    static let mayBeUnsafe: Set<Substring> = [
        "Crypto", "Net", "StoragePostgres", "StorageSQLite", "Telemetry", "assent",
    ]

    @Test(arguments: SourceTree.sources)
    func `unsafe code keeps to its rooms`(file: SourceFile) {
        guard !Self.mayBeUnsafe.contains(file.target), file.path != "Sources/Text/WireText.swift" else { return }
        #expect(file.lines(matching: /\bunsafe\s|@unsafe\b|@safe\b/) == [])
    }

    @Test(arguments: SourceTree.sources)
    func `SW-01 SW-06 SW-12 SW-13 no text is read character by character`(file: SourceFile) {
        #expect(file.lines(matching: /\.(?:lowercased|uppercased|capitalized)\(\)/) == [])
        #expect(file.lines(matching: /\$0\.(?:isWhitespace|isNewline|isNumber|isWholeNumber|isHexDigit)\b/) == [])
        #expect(file.lines(matching: /\bCharacter\(/) == [])
    }

    @Test(arguments: SourceTree.sources)
    func `what is to be done is an issue, not a comment`(file: SourceFile) {
        let comments = file.lines.filter { $0.contains(/\/\/.*\b(?:TODO|FIXME|XXX|HACK)\b/) }
        #expect(comments == [])
    }

    @Test func `refused words are seen`() {
        let file = SourceFile(
            "Sources/Sample/Sample.swift",
            """
            let a = try! f()
            let b = x as! Y // as! in a comment
            fatalError("never")
            let c = "try! in a literal"
            func f() throws -> any Error {}
            func g() throws(Refusal) {}
            let d = text.lowercased()
            final class E: @unchecked Sendable {}
            """
        )
        #expect(file.lines(matching: /\b(?:try|as)!/) == [1, 2])
        #expect(file.lines(matching: /\bfatalError\s*\(/) == [3])
        #expect(file.lines(matching: /\bthrows\b(?!\s*\()/) == [5])
        #expect(file.lines(matching: /any\s+Error\b/) == [5])
        #expect(!file.hasComment(beside: 8))
    }
}

extension SourceFile {
    /// Whether a comment stands beside a line: in it, under it, or above it and its attributes.
    func hasComment(beside line: Int) -> Bool {
        guard !lines[line - 1].contains("//") else { return true }
        if line < lines.count, lines[line].contains(/^\s*\/\//) { return true }
        var above = line - 2
        while above >= 0, lines[above].contains(/^\s*@\w+(?:\(.*\))?\s*$/) { above -= 1 }
        return above >= 0 && lines[above].contains(/^\s*\/\//)
    }
}

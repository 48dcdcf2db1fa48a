import Testing

/// The other tests of the house see what the scanner sees, so it is held to its word first.
struct SourceScannerTests {
    static let file = SourceFile(
        "Sources/Sample/Sample.swift",
        ##"""
        import Text // import Comment
        /* import Block
           /* */ let a = 1
        let b = "import Literal // no comment"
        let c = "x\(f("inner)", (1)))y" + "z"
        let d = #"raw \(no) "quote" \#(yes)"#
        let e = """
            many "lines" \("deep")
            """
        let f = "\\" // end
        """##
    )

    @Test func `comments and what is quoted are no code`() {
        #expect(
            Self.file.code.map { $0.trimmingSuffix(" ") } == [
                "import Text", "", " let a = 1", "let b = \"\"", "let c = \"f(\"\", (1))\" + \"\"", "let d = \"yes\"",
                "let e = \"", "\"\"", "\"", "let f = \"\"",
            ]
        )
    }

    @Test func `literals are found, with what is put into them`() {
        let literals = Self.file.literals
        #expect(
            literals.map(\.text.trimmed) == [
                "import Literal // no comment", "inner)", "xy", "z", "raw \\(no) \"quote\"", "deep", "many \"lines\"",
                "",
            ]
        )
        #expect(literals.map(\.isInterpolated) == [false, false, true, false, true, false, true, false])
        #expect(literals.map(\.line) == [4, 5, 5, 5, 6, 8, 7, 10])
    }

    @Test func `a line is found by its code`() {
        #expect(Self.file.lines(matching: /import (\w+)/) == [1])
        #expect(Self.file.target == "Sample")
    }

    @Test func `the whole of Sources is seen`() {
        #expect(SourceTree.sources.count > 100)
        #expect(SourceTree.sources.contains { $0.path == "Sources/Text/WireText.swift" && $0.lines.count > 50 })
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var rest = self
        while rest.last == character { rest.removeLast() }
        return rest
    }
}

extension String {
    fileprivate var trimmed: String {
        String(trimmingPrefix(/\s+/).reversed().trimmingPrefix { $0.isWhitespace }.reversed())
    }
}

import Testing

/// SQL is written down before anything comes from outside: never put together.
struct StatementTests {
    static var words: Regex<Substring> {
        /^\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|PRAGMA|WITH|ATTACH|DETACH|VACUUM|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|EXPLAIN|REINDEX)\b/
    }

    static let files = SourceTree.sources.filter { $0.target == "StorageSQLite" || $0.target == "StoragePostgres" }

    @Test(arguments: files)
    func `ST-01 nothing is put into SQL`(file: SourceFile) {
        for literal in file.literals where literal.text.contains(Self.words) {
            #expect(!literal.isInterpolated, "\(file.path):\(literal.line)")
        }
    }

    @Test(arguments: files)
    func `ST-01 SQL is not joined from pieces`(file: SourceFile) {
        for literal in file.literals where literal.text.contains(Self.words) {
            let line = file.code[literal.line - 1]
            #expect(!line.contains(/"\s*\+|\+\s*"/), "\(file.path):\(literal.line)")
        }
        #expect(file.lines(matching: /\bformat:/) == [])
    }

    @Test func `ST-01 whoever takes SQL takes what the compiler knows`() throws {
        let connection = try #require(Self.files.first { $0.path.hasSuffix("/Connection.swift") })
        let wire = try #require(Self.files.first { $0.path.hasSuffix("/Wire.swift") })
        #expect(connection.lines(matching: /\b(?:sql|script):\s*StaticString\b/).count >= 4)
        for file in Self.files {
            #expect(
                file.lines(matching: /\b_\s+(?:sql|script)\b:(?!\s*StaticString\b)/) == []
            )
            guard file.path != connection.path, file.path != wire.path else { continue }
            #expect(file.lines(matching: /\bsqlite3_(?:exec|prepare|prepare_v2|prepare_v3|get_table)\b/) == [])
            #expect(file.lines(matching: /\bPQ(?:send|exec|prepare)\w*/) == [])
        }
    }

    @Test func `ST-01 SQL that is put together is seen`() {
        let file = SourceFile("Sources/StorageSQLite/Bad.swift", #"let a = "SELECT * FROM \(table)"; let b = "a \(c)""#)
        #expect(file.literals.filter { $0.text.contains(Self.words) && $0.isInterpolated }.count == 1)
    }
}

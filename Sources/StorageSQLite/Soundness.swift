import Text

extension Connection {
    /// The first thing that is wrong in the file: a page, an index, or a row that is not what was written.
    func damage() throws(SQLiteFailure) -> String? {
        let result = try first("PRAGMA quick_check(1)") { row throws(SQLiteFailure) in try row.text(0) }
        return result == "ok" ? nil : result?.string ?? "no answer"
    }

    /// The same, as whoever opens the file would hear it.
    func damage(in path: DatabasePath) -> OpeningFailure? {
        do throws(SQLiteFailure) {
            return try damage().map { .damaged(path: path.string, detail: $0) }
        } catch {
            return error.kind == .corrupt
                ? .damaged(path: path.string, detail: error.message) : .failed(path: path.string, error)
        }
    }
}

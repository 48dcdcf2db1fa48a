import Glibc
import Text

/// Copies a database while it is in use, and proves that the copy is good.
package enum Backup {
    /// Writes a copy of `source` to `destination`, which must not be there yet.
    ///
    /// The copy holds everything that was acknowledged before it began. It is one file without a log, and
    /// takes its name only when it is whole and checked.
    package static func copy(_ source: DatabasePath, to destination: DatabasePath) throws(OpeningFailure) {
        guard source.exists else { throw .missing(path: source.string) }
        guard !destination.exists else { throw .exists(path: destination.string) }
        let partial = try DatabasePath(destination.string + ".partial")
        unsafe unlink(partial.string)
        try partial.create()
        do throws(SQLiteFailure) {
            try fill(partial, from: source)
            try check(partial)
        } catch {
            unsafe unlink(partial.string)
            throw .failed(path: destination.string, error)
        }
        guard unsafe rename(partial.string, destination.string) == 0 else {
            throw .notReadable(path: destination.string, errno: errno)
        }
        destination.synchronizeDirectory()
    }

    private static func fill(_ copy: DatabasePath, from source: DatabasePath) throws(SQLiteFailure) {
        // A reader: it holds one snapshot to the end, never checkpoints, and makes nobody wait.
        let reader = try Connection(source.string, as: .reader)
        let mark = try reader.first("PRAGMA application_id") { row throws(SQLiteFailure) in try row.integer(0) }
        guard mark == Schema.applicationID else { throw .corrupt("not a database of Assent") }
        let writer = try Connection(copy.string, as: .copy)
        try reader.copy(to: writer)
        // The copy came with the mark of a log beside it, and has none.
        try writer.runScript("PRAGMA journal_mode = DELETE")
    }

    private static func check(_ copy: DatabasePath) throws(SQLiteFailure) {
        let connection = try Connection(copy.string, as: .copy)
        let result = try connection.first("PRAGMA integrity_check(1)") { row throws(SQLiteFailure) in
            try row.text(0)
        }
        guard result == "ok" else { throw .corrupt("the copy: \(result ?? "no answer")") }
    }
}

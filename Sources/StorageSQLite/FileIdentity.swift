import Glibc

/// The file that stood under a name when it was checked.
///
/// A file that was removed or replaced under a running server goes on taking writes that nobody will
/// ever find again, so the name is looked at before a commit is acknowledged.
final class FileIdentity: Sendable {
    /// Keeps the file's number from being given to another file.
    ///
    /// It only names the file: closing it, unlike
    /// closing a descriptor that reads, leaves SQLite's locks alone.
    private let descriptor: Int32
    private let path: String

    init?(of path: DatabasePath) {
        self.path = path.string
        descriptor = unsafe open(path.string, __O_PATH | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Whether the name still leads to this file.
    var stands: Bool {
        var then = stat()
        var now = stat()
        guard unsafe fstat(descriptor, &then) == 0, unsafe stat(path, &now) == 0 else { return false }
        return then.st_dev == now.st_dev && then.st_ino == now.st_ino
    }

    func require() throws(SQLiteFailure) {
        guard stands else { throw .fileReplaced }
    }
}

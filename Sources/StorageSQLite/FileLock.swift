import CLinux
import Glibc

/// The right of one process to serve a database file, held as long as this value lives.
///
/// It stands in a file of its own, because SQLite's locks are on the database file and last for a
/// statement only. The system takes it back when the process ends, however it ends.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    package init(for path: DatabasePath) throws(OpeningFailure) {
        let descriptor = unsafe open(path.lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing(path: path.directory) : .directoryNotWritable(path: path.string)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: path.string)
        }
        self.descriptor = descriptor
    }

    deinit {
        // The file stays: removing it would let two processes lock two files of one name.
        close(descriptor)
    }
}

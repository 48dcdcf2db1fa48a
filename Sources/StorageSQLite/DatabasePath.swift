import Glibc

/// The place of a database file, and of the files that stand beside it.
package struct DatabasePath: Sendable, Hashable {
    package let string: String

    /// Refuses what SQLite would read as something other than a file.
    package init(_ string: String) throws(OpeningFailure) {
        guard !string.isEmpty, !string.utf8.contains(0), !string.utf8.starts(with: ":memory:".utf8),
            !string.utf8.starts(with: "file:".utf8)
        else { throw .notAPath(string) }
        self.string = string
    }

    /// The folder that a database of this path lies in.
    package static func folder(of path: String) -> String { (try? DatabasePath(path))?.directory ?? "." }

    package var lock: String { string + ".lock" }

    package var witness: String { string + ".witness" }

    package var log: String { string + "-wal" }

    /// The directory that must be synchronised where a file in it appears or changes its name.
    package var directory: String {
        guard let slash = string.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == string.startIndex ? "/" : String(string[..<slash])
    }

    /// Whether anything has this name.
    var exists: Bool {
        var status = stat()
        return unsafe lstat(string, &status) == 0
    }

    /// What stands there, as far as can be said without SQLite.
    ///
    /// A file that is not ours is recognised before SQLite has it open, so that nothing beside it is made.
    package func inspect() throws(OpeningFailure) -> Content {
        var status = stat()
        guard unsafe stat(string, &status) == 0 else {
            guard errno == ENOENT else { throw .notReadable(path: string, errno: errno) }
            return .nothing
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: string) }

        // Only now, and closed before SQLite opens the file: closing any descriptor of a file drops
        // the POSIX locks that this process has on it.
        let descriptor = unsafe open(string, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notReadable(path: string, errno: errno) }
        defer { close(descriptor) }
        let header = [UInt8](capacity: Self.headerBytes) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                count = max(0, unsafe read(descriptor, buffer.baseAddress, Self.headerBytes))
            }
        }
        guard !header.isEmpty else { return .nothing }
        guard header.count == Self.headerBytes, header.starts(with: "SQLite format 3\0".utf8),
            header[68..<72].elementsEqual(Schema.applicationIDBytes)
        else { throw .foreign(path: string) }
        return .database
    }

    package enum Content: Sendable {
        /// No file, or one without a byte in it.
        case nothing
        case database
    }

    /// Makes an empty file that only its owner may read, so that the files beside it get the same mode.
    func create() throws(OpeningFailure) {
        let descriptor = unsafe open(string, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == EACCES || errno == EROFS
                ? .directoryNotWritable(path: string) : .notReadable(path: string, errno: errno)
        }
        close(descriptor)
        synchronizeDirectory()
    }

    func synchronizeDirectory() {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// SQLite's file format, §1.3: the header is the first hundred bytes.
    private static let headerBytes = 100
}

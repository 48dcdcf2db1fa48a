/// Why a database file is not used.
///
/// The server does not start, and a person reads the sentence.
package enum OpeningFailure: Error, Sendable, Hashable {
    /// `:memory:`, an empty path, or one with a NUL in it.
    case notAPath(String)
    case missing(path: String)
    /// A backup does not take the place of a file.
    case exists(path: String)
    case directoryNotWritable(path: String)
    /// A directory, a device, a socket.
    case notAFile(path: String)
    case notReadable(path: String, errno: Int32)
    /// Another process serves this file.
    case inUse(path: String)
    /// Not SQLite, or another program's database.
    case foreign(path: String)
    /// Written by a later release; an older one must not touch it.
    case newer(path: String, number: Int, known: Int)
    /// Made by a state of the program that was never released, which nobody knows how to bring up to date.
    case older(path: String, oldest: String)
    /// Of an earlier release, and what wants to read it brings nothing up to date.
    case behind(path: String)
    /// Tables, triggers or views that our migrations did not make.
    case schemaDiffers(path: String, object: String)
    case damaged(path: String, detail: String)
    /// The file system does not allow what a durable log needs.
    case notDurable(path: String, detail: String)
    case failed(path: String, SQLiteFailure)

    /// One line for the terminal.
    package var sentence: String {
        switch self {
        case .notAPath(let path): "\"\(path)\" is not the path of a database file; data is kept in a file only"
        case .missing(let path): "\(path) does not exist"
        case .exists(let path): "\(path) exists; a copy is written to a new file only"
        case .directoryNotWritable(let path): "\(path): the directory does not let this user create files beside it"
        case .notAFile(let path): "\(path) is not a regular file"
        case .notReadable(let path, let errno): "\(path) cannot be opened for reading and writing (errno \(errno))"
        case .inUse(let path): "\(path) is in use by another process"
        case .foreign(let path): "\(path) is not a database of Assent; it was left as it is"
        case .newer(let path, let number, let known):
            "\(path) has schema \(number) of a later release; this one knows \(known) and left it as it is"
        case .older(let path, let oldest):
            "\(path) was made before \(oldest), the first release, and is left as it is; start with a new file"
        case .behind(let path): "\(path) is of an earlier release; start this one with it, and stop it again"
        case .schemaDiffers(let path, let object): "\(path) holds \"\(object)\", which this release did not make"
        case .damaged(let path, let detail): "\(path) is damaged (\(detail)); restore a backup"
        case .notDurable(let path, let detail): "\(path): its file system cannot keep a write-ahead log (\(detail))"
        case .failed(let path, let failure): "\(path): \(failure)"
        }
    }
}

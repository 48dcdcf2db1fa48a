import AssentServer
import Net
import Text

/// The sandbox's customers in `people.json`; in production the bank's own directory stands there.
struct PeopleFile {
    let path: String

    func read() throws(CommandFailure) -> FileDirectory {
        let bytes: [UInt8]
        do { bytes = try File.read(path, limit: Self.limit) } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
        do { return try FileDirectory(bytes) } catch {
            let lines = error.problems.map { "\(path):\($0.line): \($0.path): \($0.sentence)" }
            throw CommandFailure(lines.joined(separator: "\n"), exit: .configuration)
        }
    }

    func write(_ directory: FileDirectory) throws(CommandFailure) {
        do { try File.write(directory.bytes, to: path, mode: 0o600) } catch { throw CommandFailure("\(error)") }
    }

    /// A directory with nobody in it yet.
    static func empty() throws(CommandFailure) -> FileDirectory {
        do { return try FileDirectory([FileDirectory.Entry]()) } catch { throw CommandFailure("\(error)") }
    }

    private static let limit = 16 * 1_048_576
}

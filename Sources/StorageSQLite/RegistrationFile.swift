package import OAuth
internal import Text

/// The clients that registered themselves, in a database file, read beside a server that may be running.
package struct RegistrationFile {
    private let connection: Connection

    /// Opens the file for reading, and sees from now on what it holds at this moment.
    package init(_ path: DatabasePath) throws(OpeningFailure) {
        connection = try Connection(reading: path)
    }

    /// All of them, in the order of their names.
    package func clients() throws(OpeningFailure) -> [RegisteredClient] {
        do { return try connection.registeredClients(after: "", limit: Limits.registeredClients) } catch {
            throw .failed(path: "", error)
        }
    }
}

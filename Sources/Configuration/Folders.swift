import Text

extension Configuration {
    /// The private keys that we sign with.
    package struct Keys: Sendable, Hashable {
        package var folder = "keys"

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            folder = reader.filePath("/keys/folder", or: folder)
        }
    }

    /// What is remembered.
    package struct Storing: Sendable, Hashable {
        /// The SQLite database.
        package var databaseFile = "assent.sqlite"

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            databaseFile = reader.filePath("/storing/databaseFile", or: databaseFile)
        }
    }

    /// Who may ask: RFC 7591 documents, one file a client.
    package struct Clients: Sendable, Hashable {
        package var folder = "config/clients.d"

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            folder = reader.filePath("/clients/folder", or: folder)
        }
    }

    /// Who may log in, and their accounts.
    package struct People: Sendable, Hashable {
        package var file = "config/people.json"

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            file = reader.filePath("/people/file", or: file)
        }
    }
}

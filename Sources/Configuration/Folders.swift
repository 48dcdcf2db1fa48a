package import JOSE
import Text

extension Configuration {
    /// The private keys that we sign with.
    package struct Keys: Sendable, Hashable {
        package var folder = "keys"
        /// How long a new key is published before it signs.
        package var announcementSeconds = 3_600
        /// After how many days a key is followed by another; `nil` where only a command says so.
        package var rotationDays: Int?
        /// What access tokens are signed with, as soon as a key of it signs.
        package var accessTokenAlgorithm = Algorithm.es256

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            folder = reader.filePath("/keys/folder", or: folder)
            announcementSeconds = reader.integer(
                "/keys/announcementSeconds",
                // Twice as long as our keys may be kept unread, to a week.
                in: 2 * Limits.keySetSeconds...604_800,
                or: announcementSeconds
            )
            rotationDays = reader.optionalInteger("/keys/rotationDays", in: 1...3_650)
            accessTokenAlgorithm = Self.algorithm(&reader, "/keys/accessTokenAlgorithm", or: accessTokenAlgorithm)
        }

        private static func algorithm(
            _ reader: inout ConfigurationReader,
            _ path: WireText,
            or standard: Algorithm
        ) -> Algorithm {
            guard let algorithm = Algorithm(reader.text(path, or: standard.name)), algorithm != .hs256 else {
                reader.note(path, "This must be \"ES256\", \"PS256\", \"RS256\" or \"EdDSA\".")
                return standard
            }
            return algorithm
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

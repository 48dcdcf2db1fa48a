package import JOSE
package import Text

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
        /// PostgreSQL, in the place of the file.
        package var server: Server?

        /// A server of PostgreSQL, which many nodes may share.
        package struct Server: Sendable, Hashable {
            /// As PostgreSQL's own programs are told, but for the password.
            package var uri: WireText
            /// The password, as the first line.
            package var passwordFile: String?
            /// How many connections this node keeps.
            package var connections: Int
            /// Standbys that are asked in its place, each as the server is named.
            package var replicas: [WireText]
            /// The file in which this node remembers how far the database had come.
            package var witnessFile: String?

            package init(
                uri: WireText,
                passwordFile: String?,
                connections: Int,
                replicas: [WireText] = [],
                witnessFile: String? = nil
            ) {
                self.uri = uri
                self.passwordFile = passwordFile
                self.connections = connections
                self.replicas = replicas
                self.witnessFile = witnessFile
            }
        }

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            databaseFile = reader.filePath("/storing/databaseFile", or: databaseFile)
            let uri = reader.optionalText("/storing/database")
            let passwordFile = reader.optionalFilePath("/storing/databasePasswordFile")
            let connections = reader.integer("/storing/databaseConnections", in: 2...64, or: 8)
            let replicas = reader.optionalTexts("/storing/databaseReplicas") ?? []
            let witnessFile = reader.optionalFilePath("/storing/databaseWitnessFile")
            guard let uri else {
                for (path, isGiven) in [
                    ("/storing/databasePasswordFile", passwordFile != nil),
                    ("/storing/databaseReplicas", !replicas.isEmpty),
                    ("/storing/databaseWitnessFile", witnessFile != nil),
                ] where isGiven { reader.note(WireText(path), "Nobody is given this without storing.database.") }
                return
            }
            for (path, uri) in [("/storing/database", uri)] + replicas.map({ ("/storing/databaseReplicas", $0) }) {
                Self.require(uri, at: WireText(path), &reader)
            }
            server = Server(
                uri: uri,
                passwordFile: passwordFile,
                connections: connections,
                replicas: replicas,
                witnessFile: witnessFile
            )
        }

        private static func require(_ uri: WireText, at path: WireText, _ reader: inout ConfigurationReader) {
            guard uri.hasPrefix("postgresql://") || uri.hasPrefix("postgres://") else {
                return reader.note(path, "This must be a URI that begins with postgresql://.")
            }
            if holdsPassword(uri) {
                reader.note(path, "The password belongs into a file: storing.databasePasswordFile.")
            }
        }

        /// RFC 3986 §3.2.1, and the parameter of libpq.
        private static func holdsPassword(_ uri: WireText) -> Bool {
            let rest = uri.string.split(separator: "://", maxSplits: 1).last ?? ""
            let authority = rest.prefix { $0 != "/" && $0 != "?" }
            if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") { return true }
            let options = rest.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
            return options.split(separator: "&").contains {
                $0.hasPrefix("password=") || $0.hasPrefix("sslpassword=")
            }
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

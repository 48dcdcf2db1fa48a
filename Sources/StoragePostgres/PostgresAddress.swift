package import Text

/// Where a PostgreSQL server is, as its own programs name it: a URI with hosts, a database and options.
package struct PostgresAddress: Sendable {
    let uri: String
    let password: String?
    /// How many connections are kept.
    package let connections: Int

    /// How many connections there are unless somebody says otherwise.
    package static let defaultConnections = 8
    /// One for questions, one for changes; and what one server of PostgreSQL bears from each of several nodes.
    package static let connectionsAllowed = 2...64

    /// Whether this program was built with what it takes to reach one.
    package static var isServed: Bool { Wire.isBuilt }

    /// Whether a text means a server, and not a file.
    package static func isAddress(_ text: WireText) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// An address, read no further than we must: libpq knows the rest.
    package init(
        _ uri: WireText,
        password: WireText? = nil,
        connections: Int = Self.defaultConnections
    ) throws(PostgresOpeningFailure) {
        guard Self.isAddress(uri), !uri.bytes.contains(0) else { throw .notAnAddress }
        guard Self.connectionsAllowed.contains(connections) else { throw .connectionsOutOfRange }
        self.uri = uri.string
        self.password = password?.string
        self.connections = connections
    }
}

package import Text

/// Where a PostgreSQL server is, as its own programs name it: a URI with hosts, a database and options.
package struct PostgresAddress: Sendable {
    let uri: String
    private let password: String?
    /// The password as it is by now, where it may have been changed since.
    private let passwordNow: (@Sendable () -> WireText?)?

    var currentPassword: String? { passwordNow?()?.string ?? password }

    /// How many connections are kept.
    package let connections: Int
    /// The file in which a node remembers how far the database had come.
    package let witnessFile: String?

    /// How many connections there are unless somebody says otherwise.
    package static let defaultConnections = 8
    /// One for questions, one for changes; and what one server of PostgreSQL bears from each of several nodes.
    package static let connectionsAllowed = 2...64

    /// The hosts of the URI, for people to read.
    var serverName: String {
        let authority = uri.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        return String(authority.split(separator: "@").last ?? "localhost")
    }

    /// Those of so many that are for questions, of which many are under way on each.
    static func asking(of connections: Int) -> Int { max(1, connections / 4) }

    /// As many as a standby is given, which is asked and never changed.
    var askingConnections: Int { Self.asking(of: connections) }

    /// Whether this program was built with what it takes to reach one.
    package static var isServed: Bool { Wire.isBuilt }

    /// The release of libpq, where this program was built with it.
    package static var libraryVersion: String? { Wire.libraryVersion }

    /// Whether the server is known by its certificate, or nobody can be on the way to it.
    package var isKnown: Bool {
        if parameter("sslmode") == "verify-full" { return true }
        let hosts = (parameter("host") ?? serverName).split(separator: ",", omittingEmptySubsequences: false)
        return hosts.allSatisfy { host in
            // A folder of sockets, the machine itself, and what nobody names is a socket as well.
            let name = host.hasPrefix("[") ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
            return name.isEmpty || name.hasPrefix("/") || name.hasPrefix("%2F") || name.hasPrefix("%2f")
                || name == "localhost"
                || name.hasPrefix("127.") || name == "::1"
        }
    }

    /// A parameter of the URI, as libpq takes it: the last of its name.
    private func parameter(_ name: String) -> String? {
        let parameters = uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let values = parameters.split(separator: "&").filter { $0.hasPrefix("\(name)=") }
        return values.last.map { String($0.dropFirst(name.count + 1)) }
    }

    /// Whether a text means a server, and not a file.
    package static func isAddress(_ text: WireText) -> Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// An address, read no further than we must: libpq knows the rest.
    package init(
        _ uri: WireText,
        password: WireText? = nil,
        passwordNow: (@Sendable () -> WireText?)? = nil,
        connections: Int = Self.defaultConnections,
        witnessFile: String? = nil
    ) throws(PostgresOpeningFailure) {
        guard Self.isAddress(uri), !uri.bytes.contains(0) else { throw .notAnAddress }
        guard Self.connectionsAllowed.contains(connections) else { throw .connectionsOutOfRange }
        self.uri = uri.string
        self.password = password?.string
        self.passwordNow = passwordNow
        self.connections = connections
        self.witnessFile = witnessFile
    }
}

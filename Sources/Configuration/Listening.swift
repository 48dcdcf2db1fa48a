import Text

extension Configuration {
    /// Where requests come in.
    package struct Listening: Sendable, Hashable {
        package var address = ListeningAddress.standard
        /// Absent where a proxy on this machine speaks TLS for us.
        package var tls: TLS?
        /// Where health and metrics are answered, which no stranger may reach.
        package var operations: ListeningAddress? = .standardOperations
        /// Where the bank's own systems call; nowhere unless told.
        package var `internal`: ListeningAddress?
        /// Where the bank's staff search and revoke; nowhere unless told.
        package var admin: ListeningAddress?

        package init() {}
    }

    /// How the public listener speaks TLS.
    package struct TLS: Sendable, Hashable {
        /// The certificate and those between it and its root, in PEM.
        package var certificateFile: String
        package var privateKeyFile: String
        package var minimumVersion: TLSVersion
        package var clientCertificates: ClientCertificates

        package init(
            certificateFile: String,
            privateKeyFile: String,
            minimumVersion: TLSVersion = .tls12,
            clientCertificates: ClientCertificates = .none
        ) {
            self.certificateFile = certificateFile
            self.privateKeyFile = privateKeyFile
            self.minimumVersion = minimumVersion
            self.clientCertificates = clientCertificates
        }
    }

    /// The oldest version that is spoken.
    package enum TLSVersion: String, Sendable, Hashable, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// What a client is to show of itself in the handshake.
    package enum ClientCertificates: Sendable, Hashable {
        case none
        case asked
        case required
        /// Required, and issued by one of the authorities in this PEM file.
        case issued(byAuthoritiesIn: String)
    }
}

extension Configuration.Listening {
    private enum Showing: String, CaseIterable {
        case none
        case asked
        case required
    }

    init(_ reader: inout ConfigurationReader) {
        self.init()
        address = Self.address(&reader, "/listening/address") ?? .standard
        tls = Self.tls(&reader)
        operations = Self.operations(&reader)
        `internal` = Self.address(&reader, "/listening/internal")
        admin = Self.address(&reader, "/listening/admin")

        // Who reads the wire reads the tokens.
        if tls == nil, !address.isOfThisMachine {
            reader.note(
                "/listening/address",
                "Without a certificate this must be an address of this machine, 127.0.0.1 or a path."
            )
        }
        var taken = [address]
        for (path, other) in [("operations", operations), ("internal", `internal`), ("admin", admin)] {
            guard let other else { continue }
            let pointer = WireText("/listening/\(path)")
            if taken.contains(other) { reader.note(pointer, "Each listener needs an address of its own.") }
            if path != "operations", !other.isOfThisMachine {
                reader.note(pointer, "This must be an address of this machine, 127.0.0.1 or a path.")
            }
            taken.append(other)
        }
    }

    private static func address(_ reader: inout ConfigurationReader, _ path: WireText) -> ListeningAddress? {
        guard let text = reader.optionalText(path) else { return nil }
        guard let address = ListeningAddress(text) else {
            reader.note(path, "This must be an address such as 127.0.0.1:8080 or [::1]:8080, or the path of a socket.")
            return nil
        }
        return address
    }

    private static func operations(_ reader: inout ConfigurationReader) -> ListeningAddress? {
        guard reader.isThere("/listening/operations") else {
            _ = reader.optionalText("/listening/operations")
            return .standardOperations
        }
        return address(&reader, "/listening/operations")
    }

    private static func tls(_ reader: inout ConfigurationReader) -> Configuration.TLS? {
        let certificate = reader.optionalFilePath("/listening/certificateFile")
        let key = reader.optionalFilePath("/listening/privateKeyFile")
        let version = reader.choice("/listening/minimumTLS", or: Configuration.TLSVersion.tls12)
        let clients = clientCertificates(&reader)
        switch (certificate, key) {
        case (let certificate?, let key?):
            return Configuration.TLS(
                certificateFile: certificate,
                privateKeyFile: key,
                minimumVersion: version,
                clientCertificates: clients
            )
        case (_?, nil): reader.note("/listening/certificateFile", "A certificate needs its key: privateKeyFile.")
        case (nil, _?): reader.note("/listening/privateKeyFile", "A key needs its certificate: certificateFile.")
        case (nil, nil):
            if clients != .none {
                reader.note("/listening/clientCertificates", "Certificates are shown in TLS only: certificateFile.")
            }
        }
        return nil
    }

    private static func clientCertificates(
        _ reader: inout ConfigurationReader
    ) -> Configuration.ClientCertificates {
        let showing = reader.choice("/listening/clientCertificates", or: Showing.none)
        let authorities = reader.optionalFilePath("/listening/clientAuthoritiesFile")
        if authorities != nil, showing != .required {
            reader.note("/listening/clientAuthoritiesFile", "Only certificates that are \"required\" are held to it.")
        }
        switch showing {
        case .none: return .none
        case .asked: return .asked
        case .required: return authorities.map { .issued(byAuthoritiesIn: $0) } ?? .required
        }
    }
}

import Crypto
import OAuth
package import Text

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

        /// Those who must have issued a certificate that names a client; a PEM file.
        package var clientAuthoritiesFile: String?
        /// The addresses of proxies that are believed about certificates; `unix` for those that come through a path.
        package var trustedProxies: [WireText] = []
        /// The origin at which clients call with their certificates, where that is another than the issuer.
        package var mutualTLS: WireText?
        /// Where that origin leads, and the one place where certificates are asked for then.
        package var mutualTLSAddress: ListeningAddress?

        package init() {}

        /// Whether a client's certificate can reach us at all.
        package var showsCertificates: Bool { asksForCertificates || !trustedProxies.isEmpty }

        /// Whether clients are asked for one in the handshake.
        var asksForCertificates: Bool { tls.map { $0.clientCertificates != .none } ?? false }
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
        trustedProxies = Self.trustedProxies(&reader)
        clientAuthoritiesFile = reader.optionalFilePath("/listening/clientAuthoritiesFile")
        tls = Self.tls(&reader, authorities: clientAuthoritiesFile)
        if clientAuthoritiesFile != nil, !showsCertificates {
            reader.note(
                "/listening/clientAuthoritiesFile",
                "There is no certificate to be held to it: clientCertificates, or trustedProxies."
            )
        }
        (mutualTLS, mutualTLSAddress) = Self.mutualTLS(&reader)
        if mutualTLS != nil, !showsCertificates {
            reader.note(
                "/listening/mutualTLS",
                "No certificate could be shown there: clientCertificates, or trustedProxies."
            )
        }
        if mutualTLSAddress != nil, !asksForCertificates {
            reader.note(
                "/listening/mutualTLSAddress",
                "Certificates are shown there in TLS: certificateFile and clientCertificates."
            )
        }
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
        if let mutualTLSAddress {
            if taken.contains(mutualTLSAddress) {
                reader.note("/listening/mutualTLSAddress", "Each listener needs an address of its own.")
            }
            taken.append(mutualTLSAddress)
        }
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

    /// Addresses of sockets, without ports: whoever has one of them may say which certificate a client has shown.
    private static func trustedProxies(_ reader: inout ConfigurationReader) -> [WireText] {
        guard let texts = reader.optionalTexts("/listening/trustedProxies") else { return [] }
        for (index, text) in texts.enumerated() where text != "unix" && IPAddress.bytes(of: text) == nil {
            reader.note(
                JSONPointer.appending(WireText("\(index)"), to: "/listening/trustedProxies"),
                "This must be an address such as 127.0.0.1 or ::1, without a port, or \"unix\"."
            )
        }
        return texts
    }

    private static func mutualTLS(_ reader: inout ConfigurationReader) -> (WireText?, ListeningAddress?) {
        let origin = reader.optionalText("/listening/mutualTLS")
        let address = address(&reader, "/listening/mutualTLSAddress")
        if let origin, Issuer(origin) == nil {
            reader.note(
                "/listening/mutualTLS",
                "This must be https://, a host and perhaps a port, without a path and without a slash at the end."
            )
        }
        if address != nil, origin == nil {
            reader.note("/listening/mutualTLSAddress", "Nobody finds it without its name: mutualTLS.")
        }
        return (origin, address)
    }

    private static func tls(_ reader: inout ConfigurationReader, authorities: String?) -> Configuration.TLS? {
        let certificate = reader.optionalFilePath("/listening/certificateFile")
        let key = reader.optionalFilePath("/listening/privateKeyFile")
        let version = reader.choice("/listening/minimumTLS", or: Configuration.TLSVersion.tls12)
        let clients = clientCertificates(&reader, authorities)
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
        _ reader: inout ConfigurationReader,
        _ authorities: String?
    ) -> Configuration.ClientCertificates {
        let showing = reader.choice("/listening/clientCertificates", or: Showing.none)
        switch showing {
        case .none: return .none
        case .asked: return .asked
        case .required: return authorities.map { .issued(byAuthoritiesIn: $0) } ?? .required
        }
    }
}

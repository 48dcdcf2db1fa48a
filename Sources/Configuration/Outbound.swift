package import Text

extension Configuration {
    /// The hosts that may be called because a client has named them.
    package struct Outbound: Sendable, Hashable {
        package var hosts: [OutboundHost] = []
        /// The authorities, in PEM, that must have issued their certificates; those of the system where absent.
        package var caFile: String?

        package init() {}
    }

    /// A host, its port, and whether its address may be one of the bank's own network.
    package struct OutboundHost: Sendable, Hashable {
        package var name: WireText
        package var port: UInt16
        package var isInternal: Bool

        package init(name: WireText, port: UInt16 = 443, isInternal: Bool = false) {
            self.name = name
            self.port = port
            self.isInternal = isInternal
        }
    }
}

extension Configuration.Outbound {
    init(_ reader: inout ConfigurationReader) {
        self.init()
        let path: WireText = "/outbound/hosts"
        for (index, value) in (reader.array(path) ?? []).enumerated() {
            guard let host = Self.host(value, at: WireText("\(path)/\(index)"), &reader) else { continue }
            guard !hosts.contains(where: { $0.name == host.name && $0.port == host.port }) else {
                reader.note(WireText("\(path)/\(index)"), "This host stands here twice.")
                continue
            }
            hosts.append(host)
        }
        caFile = reader.optionalFilePath("/outbound/caFile")
    }

    private static func host(
        _ value: JSON,
        at path: WireText,
        _ reader: inout ConfigurationReader
    ) -> Configuration.OutboundHost? {
        var isInternal = false
        for member in value.members ?? [] {
            switch member.name {
            case "host": break
            case "isInternal":
                guard let flag = member.value.boolean else {
                    reader.note(JSONPointer.appending(member.name, to: path), "This must be true or false.")
                    return nil
                }
                isInternal = flag
            default:
                reader.note(JSONPointer.appending(member.name, to: path), "A host has \"host\" and \"isInternal\".")
                return nil
            }
        }
        guard let text = (value["host"] ?? value).text, let host = host(text, isInternal: isInternal) else {
            reader.note(
                path,
                "This must be a host, perhaps with a port, such as \"keys.tpp.example\" or \"10.0.0.5:8443\"."
            )
            return nil
        }
        return host
    }

    private static func host(_ text: WireText, isInternal: Bool) -> Configuration.OutboundHost? {
        guard let uri = URIReference(WireText("https://\(text)")), uri.authority == text, let host = uri.host,
            !uri.hasUserInformation, uri.path.isEmpty, uri.query == nil, uri.fragment == nil
        else { return nil }
        let name = host.lowercasedASCII
        // One host, and no pattern of hosts.
        guard
            name.utf8.first == UInt8(ascii: "[")
                || name.utf8.allSatisfy({ $0.isAlphanumeric || "-.".utf8.contains($0) })
        else { return nil }
        guard let digits = uri.port else { return Configuration.OutboundHost(name: name, isInternal: isInternal) }
        guard let port = UInt16(digits.string), port > 0 else { return nil }
        return Configuration.OutboundHost(name: name, port: port, isInternal: isInternal)
    }
}

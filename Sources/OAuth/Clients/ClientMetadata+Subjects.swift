package import Text

extension ClientMetadata {
    /// How a client shall know people, and to which sector it belongs: OpenID Connect Core §8.1.
    static func subjects(_ document: JSON, _ redirectURIs: [RedirectURI]) throws(Problem) -> SubjectType {
        let sector = try sectorIdentifierURI(document)
        switch try text(document, "subject_type") {
        case nil, "public": return .public
        case "pairwise": break
        default: throw Problem("subject_type", "It must be one of \(names(SubjectType.names)).")
        }
        if let host = sector?.host { return .pairwise(sector: host.lowercasedASCII) }
        var hosts: Set<WireText> = []
        for uri in redirectURIs {
            // Every application on everybody's own machine has the same host, or none.
            guard let uri = URIReference(uri.text), uri.scheme == "https", let host = uri.host else {
                throw Problem("sector_identifier_uri", "Pairwise subjects need it where a redirect URI is not https.")
            }
            hosts.insert(host.lowercasedASCII)
        }
        guard let host = hosts.first, hosts.count == 1 else {
            throw Problem(
                "sector_identifier_uri",
                "Pairwise subjects need it where there is no redirect URI, or there are several hosts."
            )
        }
        return .pairwise(sector: host)
    }

    /// OpenID Connect Registration §5: where a client shows that its redirect URIs belong together.
    ///
    /// In `clients.d` it is the bank who vouches for that; what is behind the URI is looked at where clients register
    /// themselves.
    package static func sectorIdentifierURI(_ document: JSON) throws(Problem) -> URIReference? {
        guard let text = try text(document, "sector_identifier_uri") else { return nil }
        guard let uri = URIReference(text), uri.scheme == "https", uri.host != nil, uri.hasPlainAuthority,
            uri.fragment == nil
        else { throw Problem("sector_identifier_uri", "It must be an https URL without a fragment.") }
        return uri
    }
}

extension Client {
    /// Refuses other names for people whom the client knows already, unless the bank says that they are meant.
    package func requireSameSubjects(as earlier: Client) throws(ClientMetadata.Problem) {
        guard subjects == earlier.subjects || changesSubjects else {
            throw ClientMetadata.Problem(
                "subject_type",
                "With another type or sector everybody is a stranger to this client; changes_subjects says it is meant."
            )
        }
    }
}

package import Text

/// `jwks_uri`: keys that stay with the client and are fetched from there.
package struct RemoteKeys: Sendable, Hashable {
    /// The URL.
    package let uri: WireText
    /// The registration, to be read again with the keys.
    fileprivate let document: JSON
}

extension Client {
    /// The client with the keys that were found at its `jwks_uri`, or what is wrong with them.
    package func fetching(_ keys: JSON) throws(ClientMetadata.Problem) -> Client {
        guard let remoteKeys else { return self }
        return try ClientMetadata.read(remoteKeys.document, fetched: keys, registration: registration)
    }
}

extension ClientMetadata {
    /// The keys of a client before they have been fetched for the first time.
    static let unfetched: JSON = ["keys": [], "fetched": false]

    static func remoteKeys(_ document: JSON) throws(Problem) -> RemoteKeys? {
        let member: WireText = "jwks_uri"
        guard let uri = try text(document, member) else { return nil }
        // RFC 7591 §2: one of them, so that nobody has to guess which keys count.
        guard document["jwks"] == nil else { throw Problem(member, "It cannot stand beside jwks.") }
        // `http` is for a sandbox only, and is fetched nowhere else: see `Outbound`.
        guard let url = URIReference(uri), url.scheme == "https" || url.scheme == "http", url.fragment == nil,
            !url.hasUserInformation
        else { throw Problem(member, "It must be an https URL without a user name and a fragment.") }
        return RemoteKeys(uri: uri, document: document)
    }
}

extension JSON {
    /// The object with a member in the place of one of the same name, or added.
    package func setting(_ name: WireText, _ value: JSON) -> JSON {
        .object((members ?? []).filter { $0.name != name } + [Member(name, value)])
    }

    /// The object without a member.
    package func removing(_ name: WireText) -> JSON {
        .object((members ?? []).filter { $0.name != name })
    }
}

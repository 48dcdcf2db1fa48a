package import Crypto
package import Text

/// A client that registered itself, as it is kept.
package struct RegisteredClient: Sendable, Hashable {
    /// Its `client_id`, which is ours to give.
    package let id: Identifier<Client>
    /// What it registered, as `ClientMetadata` reads it.
    package let document: WireText
    /// What it may become.
    package let policy: RegistrationPolicy
    /// Of its registration access token.
    package let accessToken: Fingerprint
    /// When it registered.
    package let issued: Timestamp
    /// 1, and one more with every change.
    package let version: Int

    /// A client as it was kept.
    package init(
        id: Identifier<Client>,
        document: WireText,
        policy: RegistrationPolicy,
        accessToken: Fingerprint,
        issued: Timestamp,
        version: Int
    ) {
        self.id = id
        self.document = document
        self.policy = policy
        self.accessToken = accessToken
        self.issued = issued
        self.version = version
    }

    /// The client that is described, as the bank lets it be.
    package func client(_ verdict: ClientVerdict?) throws(ClientMetadata.Problem) -> Client {
        let json = json
        let registration = Registration(
            accessToken: accessToken,
            // Whom a directory vouches for leads to nothing but what stands in its statement.
            isVetted: policy.software != nil || verdict?.vetted == Self.appearance(of: json)
        )
        let isDisabled = verdict?.isDisabled == true
        return try ClientMetadata.read(
            isDisabled ? json.setting("disabled", true) : json,
            registration: registration
        )
    }

    /// Its secret as it is kept, where it has one.
    package var secret: RegistrationRequest.KeptSecret? {
        let json = json
        if let text = json["client_secret_sealed"]?.text { return SealedSecret(text).map { .sealed($0) } }
        return json["client_secret_sha256"]?.text.flatMap { Hex.decode($0) }.flatMap { Fingerprint(bytes: $0) }
            .map { .digest($0) }
    }

    /// What was registered, which was read when it was.
    package var json: JSON { (try? JSONReader.read(document.bytes)) ?? .null }

    /// Of all that a person sees of it and is sent to: what the bank looks at when it vets a client.
    ///
    /// A client that changes any of this must be looked at again; new keys leave it as it is.
    package var appearance: Fingerprint { Self.appearance(of: json) }

    private static func appearance(of json: JSON) -> Fingerprint {
        let all: [JSON.Member] = json.members ?? []
        let seen = all.filter { isSeen($0.name) }
        let sorted = seen.sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
        return Fingerprint(of: JSONWriter.write(.object(sorted)))
    }

    private static func isSeen(_ name: WireText) -> Bool {
        guard name != "jwks_uri" else { return false }
        return name == "client_name" || name.isTranslatedClientName || name.string.hasSuffix("_uri")
            || name.string.hasSuffix("_uris")
    }
}

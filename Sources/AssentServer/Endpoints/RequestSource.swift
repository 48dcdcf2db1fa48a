internal import Crypto
internal import HTTP
internal import JOSE
internal import OAuth
internal import Storage
internal import Text

extension House {
    /// The request that a browser brings: as it stands in its parameters, or as its client has signed or pushed it.
    func request(in fields: AuthorizationFields, at now: Timestamp) async throws(Refusal) -> AuthorizationFields {
        let client = try RedirectionTarget.clientID(of: fields)
        try fields.requireOnce(.requestURI)
        if let object = fields[.request] {
            // Both at once are refused unread, with the rest of what is wrong.
            guard fields[.requestURI] == nil else { return fields }
            return try await request(in: object, of: client, at: now)
        }
        // A reference that is none of ours is refused unread, with the rest of what is wrong.
        guard let reference = fields[.requestURI], reference.hasPrefix(PushedRequest.prefix) else { return fields }
        let pushed = try await ask { store throws(StoreFailure) in
            try await store.pushedRequest(Fingerprint(of: reference))
        }
        guard let pushed else { throw .requestURIInvalid }
        return try pushed.fields(for: client, at: now)
    }

    private func request(
        in object: WireText,
        of id: Identifier<Client>,
        at now: Timestamp
    ) async throws(Refusal) -> AuthorizationFields {
        guard let known = try await client(id), known.isEnabled else { throw .clientUnknown }
        let signed = try opened(object, of: known)
        guard let client = try await client(id, verifying: signed, at: now), client.isEnabled else {
            throw .clientUnknown
        }
        let parameters = try RequestObject.read(signed, of: client, for: issuer, at: now)
        return AuthorizationFields(parameters, arrival: Arrival(isSigned: true))
    }

    /// The object that a client has signed, where it was encrypted to us around the signature: RFC 9101 §6.1.
    func opened(_ object: WireText, of client: Client) throws(Refusal) -> WireText {
        guard RequestObject.isEncrypted(object) else { return object }
        return try RequestObject.open(object, of: client) { text throws(JOSEFailure) in try keys.decrypt(text) }
    }
}

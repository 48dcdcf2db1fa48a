internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

extension House {
    /// The request that a browser brings: as it stands in its parameters, or as its client has pushed it.
    func request(in fields: AuthorizationFields, at now: Timestamp) async throws(Refusal) -> AuthorizationFields {
        let client = try RedirectionTarget.clientID(of: fields)
        try fields.requireOnce(.requestURI)
        // A reference that is none of ours is refused unread, with the rest of what is wrong.
        guard let reference = fields[.requestURI], reference.hasPrefix(PushedRequest.prefix) else { return fields }
        let pushed = try await ask { store throws(StoreFailure) in
            try await store.pushedRequest(Fingerprint(of: reference))
        }
        guard let pushed else { throw .requestURIInvalid }
        return try pushed.fields(for: client, at: now)
    }
}

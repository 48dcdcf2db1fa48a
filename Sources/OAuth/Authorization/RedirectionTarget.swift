package import Text

/// Where answers and errors of one request may be sent, once that is known.
///
/// Having one is the proof that the client exists, is enabled, and registered this very URI.
package struct RedirectionTarget: Sendable, Hashable {
    /// The client that it was checked for.
    package let client: Identifier<Client>
    /// The URI as it was requested, which is not always as registered: RFC 8252 §7.3; empty where the client polls.
    package let redirectURI: WireText
    /// The state of the request; absent too where it is too long to be given back.
    package let state: WireText?
    /// How the answer travels.
    package let mode: ResponseMode

    /// - Throws: What must be answered by a page of our own, because no URI can be trusted yet.
    package init(_ fields: AuthorizationFields, client: Client?) throws(Refusal) {
        // RFC 6749 §4.1.2.1: with the client or the URI in doubt, nobody is redirected.
        let id = try Self.clientID(of: fields)
        try fields.requireOnce(.redirectURI)
        try fields.requireOnce(.requestURI)
        guard !fields.arrival.isPolled else {
            guard let client, client.isEnabled, client.id == id else { throw .clientUnknown }
            self.client = client.id
            redirectURI = ""
            state = nil
            mode = .query
            return
        }
        // Before the client is looked at, or its absence would tell which clients there are.
        guard let redirectURI = fields[.redirectURI] else { throw .redirectURIMissing }
        guard let client, client.isEnabled, client.id == id else { throw .clientUnknown }
        guard client.allowsRedirect(to: redirectURI) else { throw .redirectURIUnregistered }

        self.client = client.id
        self.redirectURI = redirectURI
        state = fields[.state].flatMap { state in
            PercentEncoding.encode(state).utf8.count <= Limits.stateBytes ? state : nil
        }
        // An error must reach the client even where the response type or mode is what is wrong.
        let type = fields[.responseType].flatMap { ResponseType($0) } ?? .code
        let mode = fields[.responseMode].flatMap { ResponseMode($0, for: type) }
        self.mode = if let mode, mode.fits(type), mode.isAllowed(to: client) { mode } else { type.defaultMode }
    }

    /// Whether the browser stays with us, because the client hears the answer by itself.
    package var isHere: Bool { redirectURI.isEmpty }

    /// The client that the request names, unverified.
    package static func clientID(of fields: AuthorizationFields) throws(Refusal) -> Identifier<Client> {
        try fields.requireOnce(.clientID)
        guard let id = fields[.clientID] else { throw .parameterMissing(.clientID) }
        return Identifier(id)
    }
}

package import Text

/// A request to end a login: OpenID Connect RP-Initiated Logout §2.
package struct EndSessionRequest: Sendable, Hashable {
    /// An ID token that the client once got.
    package let hint: WireText?
    package let clientID: Identifier<Client>?
    /// Where the browser shall go then.
    package let redirectURI: WireText?
    /// What goes there with it.
    package let state: WireText?

    /// In which languages the person would read the question, as they came.
    package let uiLocales: WireText?

    /// Reads parameters, each once; `logout_hint` is taken and changes nothing.
    package init(_ form: FormFields) throws(Refusal) {
        let fields = try TokenFields(form)
        hint = fields[.idTokenHint]
        clientID = fields[.clientID].map { Identifier($0) }
        redirectURI = fields[.postLogoutRedirectURI]
        state = fields[.state]
        uiLocales = fields[.uiLocales]
    }

    /// The same request for the page that asks the person: nothing but what is looked at.
    package var fields: FormFields {
        var fields = FormFields()
        if let hint { fields.append(Parameter.idTokenHint.name, hint) }
        if let clientID { fields.append(Parameter.clientID.name, clientID.text) }
        if let redirectURI { fields.append(Parameter.postLogoutRedirectURI.name, redirectURI) }
        if let state { fields.append(Parameter.state.name, state) }
        if let uiLocales { fields.append(Parameter.uiLocales.name, uiLocales) }
        return fields
    }
}

/// An ID token that one of our keys signed, expired or not: whom it was for, and of which login it told.
package struct IDTokenHint: Sendable, Hashable {
    /// `aud`.
    package let audiences: [Identifier<Client>]
    /// `sub`.
    package let subject: WireText
    /// `sid`, where the login had one.
    package let sid: WireText?

    /// What the token says.
    package init(audiences: [Identifier<Client>], subject: WireText, sid: WireText?) {
        self.audiences = audiences
        self.subject = subject
        self.sid = sid
    }
}

/// What a request to end a login comes to.
package struct EndSession: Sendable {
    /// Who asks, as far as that can be known.
    package let client: Client?
    /// Where the browser goes then, with the state of the request; only to what the client has registered.
    package let target: WireText?
    /// What is wrong with the request; then the person alone can want to log out, and the browser goes nowhere.
    package let refusal: Refusal?
    /// Whether the person is asked: security.md CO-24, nobody is logged out by a link.
    package let asksPerson: Bool

    /// - Parameters:
    ///   - hint: What the ID token of the request says, if it is one of ours.
    ///   - session: The login in this browser, if there is one.
    package init(
        _ request: EndSessionRequest,
        hint: IDTokenHint?,
        session: Session?,
        clients: (Identifier<Client>) -> Client?
    ) {
        do {
            let client = try Self.client(of: request, hint, clients)
            target = try Self.target(of: request, client)
            self.client = client
            refusal = nil
        } catch {
            client = nil
            target = nil
            refusal = error
        }
        // Only an ID token of this very login shows that whoever asks was part of it.
        let isOfLogin = refusal == nil && hint?.sid != nil && hint?.sid == session?.sid
        asksPerson = session != nil && !isOfLogin
    }

    /// RP-Initiated Logout §2: the client that the hint is for, or the one that is named; where both are, they agree.
    private static func client(
        of request: EndSessionRequest,
        _ hint: IDTokenHint?,
        _ clients: (Identifier<Client>) -> Client?
    ) throws(Refusal) -> Client? {
        guard request.hint == nil || hint != nil else { throw .parameterMalformed(.idTokenHint) }
        if let id = request.clientID {
            guard let client = clients(id), client.isEnabled else { throw .clientUnknown }
            guard hint?.audiences.contains(id) ?? true else { throw .parameterMalformed(.clientID) }
            return client
        }
        return hint?.audiences.lazy.compactMap(clients).first { $0.isEnabled }
    }

    /// RP-Initiated Logout §3: nowhere but to a registered URI of a client that is known.
    private static func target(of request: EndSessionRequest, _ client: Client?) throws(Refusal) -> WireText? {
        guard let uri = request.redirectURI else { return nil }
        guard let client else { throw request.hint == nil ? .parameterMissing(.idTokenHint) : .clientUnknown }
        guard client.logout.allowsRedirect(to: uri) else { throw .logoutRedirectURIUnregistered }
        guard let state = request.state else { return uri }
        let separator = uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return WireText("\(uri)\(separator)\(FormFields([.init(Parameter.state.name, state)]).encoded)")
    }
}

package import Text

/// The parameter `claims`: OpenID Connect Core §5.5, and the intent of open banking inside it.
package struct ClaimsRequest: Sendable, Hashable {
    /// The consent that the request is about.
    package let intent: Identifier<Intent>?
    /// Whom the answer must be about: OpenID Connect Core §5.5.1.
    package let subject: WireText?
    /// Values of `acr` of which one must be reached.
    package let essentialACR: [WireText]
    /// Claims that the ID token is asked for.
    package let idTokenNames: [WireText]
    /// Claims that the user info endpoint is asked for.
    package let userInfoNames: [WireText]

    /// What a request without the parameter asks for.
    package static let none = ClaimsRequest(
        intent: nil,
        subject: nil,
        essentialACR: [],
        idTokenNames: [],
        userInfoNames: []
    )

    private init(
        intent: Identifier<Intent>?,
        subject: WireText?,
        essentialACR: [WireText],
        idTokenNames: [WireText],
        userInfoNames: [WireText]
    ) {
        self.intent = intent
        self.subject = subject
        self.essentialACR = essentialACR
        self.idTokenNames = idTokenNames
        self.userInfoNames = userInfoNames
    }

    /// Reads the parameter, within the bounds of `Limits`.
    package init(_ text: WireText?) throws(Refusal) {
        guard let text else {
            self = .none
            return
        }
        let bytes = text.bytes
        let document: JSON
        do {
            document = try JSONReader.read(
                bytes.span,
                lengthLimit: Limits.claimsParameterBytes,
                depthLimit: Limits.claimsParameterDepth
            )
        } catch { throw .parameterMalformed(.claims) }

        let idToken = try Self.members(of: document, under: "id_token")
        let userInfo = try Self.members(of: document, under: "userinfo")
        let idTokenIntent = try Self.intent(in: idToken)
        let userInfoIntent = try Self.intent(in: userInfo)
        if let idTokenIntent, let userInfoIntent, idTokenIntent != userInfoIntent { throw .intentContradictory }
        intent = idTokenIntent ?? userInfoIntent
        subject = try Self.subject(in: idToken)
        essentialACR = try Self.essentialACR(in: idToken)
        idTokenNames = idToken.map(\.name)
        userInfoNames = userInfo.map(\.name)
    }

    /// The same without claims of the person that the scope does not cover, and those that we do not have.
    func limited(to scope: Scope) -> ClaimsRequest {
        ClaimsRequest(
            intent: intent,
            subject: subject,
            essentialACR: essentialACR,
            idTokenNames: idTokenNames,
            userInfoNames: userInfoNames.filter { Self.scopes[$0].map(scope.contains) ?? false }
        )
    }

    /// The scope that brings the same claims of the person: OpenID Connect Core §5.4.
    var userInfoScope: Scope { Scope(userInfoNames.compactMap { Self.scopes[$0] }) }

    private static let scopes: [WireText: WireText] = ["name": Scope.profile, "email": Scope.email]

    private static func members(of document: JSON, under name: WireText) throws(Refusal) -> [JSON.Member] {
        guard document.members != nil else { throw .parameterMalformed(.claims) }
        guard let part = document[name], part != .null else { return [] }
        guard let members = part.members else { throw .parameterMalformed(.claims) }
        for member in members {
            guard member.value == .null || member.value.members != nil else { throw .parameterMalformed(.claims) }
        }
        return members
    }

    private static func intent(in members: [JSON.Member]) throws(Refusal) -> Identifier<Intent>? {
        guard let member = members.first(where: { $0.name == "openbanking_intent_id" }) else { return nil }
        // A consent that could be left out, as OpenID Connect Core §5.5.1 has it for what is not essential, would
        // be a request for something else.
        guard let text = member.value["value"]?.text, !text.isEmpty, member.value["essential"] == .boolean(true)
        else { throw .parameterMalformed(.claims) }
        return Identifier(text)
    }

    /// OpenID Connect Core §3.1.2.2: a `sub` with a value binds us, essential or not.
    private static func subject(in members: [JSON.Member]) throws(Refusal) -> WireText? {
        guard let sub = members.first(where: { $0.name == "sub" })?.value else { return nil }
        // Who could be one of several people is not named, and what is meant to bind must not be passed over.
        guard sub["values"] == nil else { throw .parameterMalformed(.claims) }
        guard let value = sub["value"] else { return nil }
        guard let text = value.text, (1...Limits.subjectBytes).contains(text.byteCount) else {
            throw .parameterMalformed(.claims)
        }
        return text
    }

    /// OpenID Connect Core §5.5.1.1: only an essential `acr` binds us.
    private static func essentialACR(in members: [JSON.Member]) throws(Refusal) -> [WireText] {
        guard let acr = members.first(where: { $0.name == "acr" })?.value, let essential = acr["essential"]
        else { return [] }
        // What is meant to bind must not be taken for a wish because it is misspelled.
        guard let isEssential = essential.boolean else { throw .parameterMalformed(.claims) }
        guard isEssential else { return [] }
        switch (acr["value"], acr["values"]) {
        case (nil, nil): return []
        case (let value?, nil):
            guard let text = value.text else { throw .parameterMalformed(.claims) }
            return [text]
        case (nil, let values?):
            guard let texts = values.texts, !texts.isEmpty else { throw .parameterMalformed(.claims) }
            return texts
        case (_?, _?): throw .parameterMalformed(.claims)
        }
    }
}

/// The consent that a request is about, by a name that means nothing to the protocol.
package enum Intent {}

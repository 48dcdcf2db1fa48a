package import Text

/// The parameter `claims`: OpenID Connect Core §5.5, and the intent of open banking inside it.
package struct ClaimsRequest: Sendable, Hashable {
    /// The consent that the request is about.
    package let intent: Identifier<Intent>?
    /// Whom the answer must be about: OpenID Connect Core §5.5.1.
    package let subject: WireText?
    /// Values of `acr` of which one must be reached.
    package let essentialACR: [WireText]
    /// Values of `acr` of which one would be welcome.
    package let welcomeACR: [WireText]
    /// Claims about the person, of those that there are.
    package let granted: GrantedClaims

    /// What a request without the parameter asks for.
    package static let none = ClaimsRequest(
        intent: nil,
        subject: nil,
        essentialACR: [],
        welcomeACR: [],
        granted: .none
    )

    private init(
        intent: Identifier<Intent>?,
        subject: WireText?,
        essentialACR: [WireText],
        welcomeACR: [WireText],
        granted: GrantedClaims
    ) {
        self.intent = intent
        self.subject = subject
        self.essentialACR = essentialACR
        self.welcomeACR = welcomeACR
        self.granted = granted
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
        (essentialACR, welcomeACR) = try Self.levels(in: idToken)
        granted = GrantedClaims(idToken: try Self.wishes(in: idToken), userInfo: try Self.wishes(in: userInfo))
    }

    /// The same without claims of the person that belong to other scopes than these.
    func limited(to scope: Scope) -> ClaimsRequest {
        ClaimsRequest(
            intent: intent,
            subject: subject,
            essentialACR: essentialACR,
            welcomeACR: welcomeACR,
            granted: granted.limited(to: scope)
        )
    }

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

    /// OpenID Connect Core §5.5.1.1: only an essential `acr` binds us; another is a wish.
    private static func levels(
        in members: [JSON.Member]
    ) throws(Refusal) -> (essential: [WireText], welcome: [WireText]) {
        guard let acr = members.first(where: { $0.name == "acr" })?.value else { return ([], []) }
        let isEssential = try isEssential(acr)
        guard isEssential else { return ([], acr["values"]?.texts ?? acr["value"]?.text.map { [$0] } ?? []) }
        var texts: [WireText] = []
        for value in try values(of: acr) {
            guard let text = value.text else { throw .parameterMalformed(.claims) }
            texts.append(text)
        }
        return (texts, [])
    }

    /// The claims of the person that are asked for; OpenID Connect Core §5.5: what is not understood is ignored.
    private static func wishes(in members: [JSON.Member]) throws(Refusal) -> [GrantedClaims.Wish] {
        var wishes: [GrantedClaims.Wish] = []
        for member in members {
            guard let claim = PersonClaim(named: member.name) else { continue }
            // A person is asked as a whole, so that an essential claim is granted as any other is.
            _ = try isEssential(member.value)
            wishes.append(GrantedClaims.Wish(claim, values: try values(of: member.value)))
        }
        return wishes
    }

    private static func isEssential(_ claim: JSON) throws(Refusal) -> Bool {
        guard let essential = claim["essential"] else { return false }
        // What is meant to bind must not be taken for a wish because it is misspelled.
        guard let isEssential = essential.boolean else { throw .parameterMalformed(.claims) }
        return isEssential
    }

    /// The values of which one is wanted; none where any will do.
    private static func values(of claim: JSON) throws(Refusal) -> [JSON] {
        switch (claim["value"], claim["values"]) {
        case (nil, nil): return []
        case (let value?, nil): return [value]
        case (nil, let values?):
            guard let list = values.array, !list.isEmpty else { throw .parameterMalformed(.claims) }
            return list
        case (_?, _?): throw .parameterMalformed(.claims)
        }
    }
}

/// The consent that a request is about, by a name that means nothing to the protocol.
package enum Intent {}

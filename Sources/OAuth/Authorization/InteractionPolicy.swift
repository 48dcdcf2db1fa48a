package import Text

/// What a request still wants from the person.
package enum InteractionPolicy {
    /// What comes next.
    package enum Step: Sendable, Hashable {
        case logIn
        case consent
        /// Nothing: the person has agreed to the same before.
        case answer
        /// It wants something that it has forbidden us to ask for.
        case refuse(Refusal)
    }

    /// - Parameters:
    ///   - session: The person's login in this browser, if there is one.
    ///   - loggedInHere: Whether that login was made for this very request.
    ///   - owner: Who gave the consent that the request is about, if somebody did.
    ///   - subject: What the client calls the person of that login.
    ///   - hinted: Whom the client's ID token is about, as the client calls them, if it sent one as a hint.
    ///   - remembered: What the person allowed this client before, in the same circumstances.
    ///   - acr: The level that a login here reaches.
    package static func step(
        for request: AuthorizationRequest,
        session: Session?,
        loggedInHere: Bool,
        owner: Identifier<Person>?,
        subject: WireText?,
        hinted: WireText?,
        remembered: Scope?,
        acr: WireText,
        at now: Timestamp
    ) -> Step {
        let essential = request.claims.essentialACR
        guard essential.isEmpty || essential.contains(acr) else {
            return .refuse(request.client.profile.demands.unmetLevel)
        }

        guard let session, isFresh(session, for: request, loggedInHere: loggedInHere, acr: acr, at: now) else {
            return request.prompt.isSilent ? .refuse(.loginRequired) : .logIn
        }
        // A consent is between one person and one client. Who signed in for something else may still be somebody
        // else; who signed in for this is not asked about what is not theirs. OpenID Connect Core §3.1.2.2: nor is
        // anybody answered for whom the request does not name.
        let isOthers = owner.map { $0 != session.person } ?? false
        if isOthers || [hinted, request.claims.subject].contains(where: { $0 != nil && $0 != subject }) {
            guard !loggedInHere else { return .refuse(.accessDenied) }
            return request.prompt.isSilent ? .refuse(.loginRequired) : .logIn
        }
        // An open-banking consent is decided each time, with the accounts in view. So is what an application asks
        // that cannot prove which one it is: RFC 8252 §8.6. And what was begun on another device is looked at by the
        // person each time, because somebody else may have begun it: RFC 8628 §5.4.
        let isRemembered =
            !request.asksForConsent && !request.client.isPublic && !request.arrival.isPolled
            && (remembered.map(request.agreement.isSubset) ?? false)
        guard isRemembered, !request.prompt.wantsConsent else {
            return request.prompt.isSilent ? .refuse(.consentRequired) : .consent
        }
        return .answer
    }

    private static func isFresh(
        _ session: Session,
        for request: AuthorizationRequest,
        loggedInHere: Bool,
        acr: WireText,
        at now: Timestamp
    ) -> Bool {
        guard session.isAlive(at: now) else { return false }
        // Levels change with the configuration; an older session stays at its own.
        let essential = request.claims.essentialACR
        guard essential.isEmpty || essential.contains(session.acr) else { return false }
        if loggedInHere { return true }
        if request.prompt.wantsLogin { return false }
        // OpenID Connect Core §5.5.1.1: a wish is worth a login where the login fulfils it, and never an error.
        let welcome = request.welcomeACR
        if welcome.contains(acr), !welcome.contains(session.acr), !request.prompt.isSilent { return false }
        guard let maxAge = request.maxAge else { return true }
        // OpenID Connect Core §3.1.2.1: zero is `prompt=login`, within the second of the last login too. A login of
        // the future says that the clock was set back, and nothing about its age.
        guard maxAge.seconds > 0 else { return false }
        return (0...maxAge.seconds).contains(now.since(session.authenticated))
    }
}

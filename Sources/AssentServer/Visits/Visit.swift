internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// A person on a page: the request that waits for them, read anew at every step.
struct Visit {
    let house: House
    let request: Request
    let now: Timestamp
    private(set) var interaction: Interaction
    let authorization: AuthorizationRequest
    let consent: Consent?
    /// What the person allowed the last time, where the request is about a consent that is given.
    let earlier: Earlier?
    private(set) var session: Session?
    /// The request that its client polls, if it does.
    let polled: PolledRequest?
    /// Who reads the pages.
    let reader: Reader

    /// Why somebody cannot be on this page, and who reads what stands in its place, where that is known.
    struct Trouble: Error {
        let kind: Kind
        var reader: Reader?

        enum Kind {
            /// Nothing to return to: a page of our own.
            case page(ErrorPage)
            /// It is answered already.
            case decided(thirdParty: DisplayName)
            /// The client can be told.
            case leave(RedirectionTarget, Refusal)
            /// The person is told first why nothing is left to answer, and takes that to the client.
            case over(RedirectionTarget, Refusal)
        }

        static func page(_ page: ErrorPage) -> Trouble { Trouble(kind: .page(page)) }

        static func decided(thirdParty: DisplayName) -> Trouble { Trouble(kind: .decided(thirdParty: thirdParty)) }

        static func leave(_ target: RedirectionTarget, _ refusal: Refusal) -> Trouble {
            Trouble(kind: .leave(target, refusal))
        }

        static func over(_ target: RedirectionTarget, _ refusal: Refusal) -> Trouble {
            Trouble(kind: .over(target, refusal))
        }

        func read(by reader: Reader) -> Trouble { Trouble(kind: kind, reader: reader) }
    }

    /// A person at a page of ours.
    init(_ house: House, _ request: Request, _ parts: PathParts, at now: Timestamp) async throws(Trouble) {
        let cookies = BrowserCookies(of: request)
        try await self.init(house, request, Identifier(parts["id"] ?? ""), by: .browser(cookies), at: now)
    }

    init(
        _ house: House,
        _ request: Request,
        _ id: Identifier<Interaction>,
        by proof: VisitProof,
        at now: Timestamp
    ) async throws(Trouble) {
        self.house = house
        self.request = request
        self.now = now
        let parked = try await Self.interaction(house, id, by: proof)

        // Read again against the client as it is now, which may have been disabled meanwhile.
        let fields: AuthorizationFields
        do {
            fields = AuthorizationFields(try FormFields(parked.parameters), arrival: parked.arrival)
        } catch { throw .page(.failed) }
        reader = Reader(of: request, asked: fields[.uiLocales], since: parked.created)
        let client: Client?
        let target: RedirectionTarget
        do {
            client = try await house.client(try RedirectionTarget.clientID(of: fields))
            target = try RedirectionTarget(fields, client: client)
        } catch { throw .page(.refused(error)).read(by: reader) }
        guard let client else { throw .page(.refused(.clientUnknown)).read(by: reader) }
        do {
            authorization = try AuthorizationRequest(
                fields,
                client: client,
                target: target,
                resources: house.resources
            )
            consent = try await house.consent(
                asked: authorization,
                as: Identifier(parked.intent?.text ?? parked.id.text),
                came: parked.created,
                at: now
            )
            earlier = try await house.earlier(authorization, consent)
            polled = try await house.polledRequest(of: parked.arrival)
            session =
                switch proof {
                case .browser(let cookies): try await house.session(cookies.session, at: now)
                case .bank: try await house.session(parked.session, at: now)
                }
        } catch { throw .from(error, target).read(by: reader) }
        // Read again after a consent that somebody has decided about: whoever finds the request open has not seen the
        // consent of its answer.
        let isDecided = consent.map { $0.status != .awaiting } ?? false
        interaction = isDecided ? try await Self.interaction(house, id, by: proof) : parked
        if let closed = interaction.closed {
            // Nobody decided what was closed after its time; the client hears that from whoever comes back.
            let trouble: Trouble =
                interaction.expires <= closed
                ? .over(target, .timedOut) : .decided(thirdParty: client.display)
            throw trouble.read(by: reader)
        }
        guard now < interaction.expires else {
            do { try await close(rejecting: .timedOut) } catch { throw .from(error, target).read(by: reader) }
            throw .over(target, .timedOut).read(by: reader)
        }
        // Somebody has decided about it in another browser.
        guard polled?.isPending(at: now) ?? true else {
            throw .decided(thirdParty: client.display).read(by: reader)
        }
        // It ended under the page: by the third party, by its date, or by an answer to another request.
        do { try consent?.requireAsked(by: client, at: now) } catch {
            throw .leave(target, .consentOver).read(by: reader)
        }
        // Whom the bank has locked since they logged in here cannot log in again, and would be told nothing of it there.
        if session == nil, let person = interaction.person, house.bank.person(person)?.isLocked == true {
            throw .over(target, .accountLocked).read(by: reader)
        }
    }

    /// The same with a login that was made a moment ago.
    func signedIn(by session: Session) -> Visit {
        var visit = self
        visit.session = session
        visit.interaction.session = session.fingerprint
        visit.interaction.person = session.person
        return visit
    }

    /// What the person is still asked for.
    func step() async throws(Refusal) -> InteractionPolicy.Step {
        try await house.step(
            for: authorization,
            about: consent,
            session: session,
            loggedInHere: isLoggedInHere,
            expected: polled?.summons?.person,
            at: now
        )
    }

    private var isLoggedInHere: Bool {
        guard let session else { return false }
        return interaction.session == session.fingerprint
    }

    /// The consent as far as it is there: what only the request asks for is none before the person says yes.
    var registered: Consent? { authorization.isAboutRegisteredConsent ? consent : nil }

    /// Ends the request without a yes, and the consent with it where it still waits.
    func close(rejecting rejection: ConsentEvent.Rejection) async throws(Refusal) {
        let actor: Actor =
            if let session, rejection != .timedOut { .person(Identifier(session.person.text)) } else { .system }
        var changes = try await house.ask { store throws(StoreFailure) in
            try await store.ending(interaction, registered, rejection, by: actor, at: now)
        }
        // What is kept as a person's own word needs their login, as a yes does.
        if case .person = actor, let session {
            changes.append(.oauth(.requireSession(session.fingerprint, at: now)))
        }
        try await house.commit(changes)
        if authorization.arrival.isPolled { house.noticeBell.ring() }
    }

    /// The form of this step, if it was rendered by us, for this browser and this state of things.
    ///
    /// The page around it may be another one by now: its digest is to be looked at.
    func form(of step: FormTokens.Step) throws(Trouble) -> PageForm {
        do {
            return try PageForm(request, to: house.issuer) { form in formToken(of: step, showing: form.page) }
        } catch {
            switch error {
            case .unsupportedBody: throw .page(.unsupportedBody).read(by: reader)
            case .forged: throw .page(.forged(back: path(WireText(step.rawValue)))).read(by: reader)
            }
        }
    }

    func formToken(of step: FormTokens.Step, showing page: [UInt8] = []) -> WireText {
        house.forms.token(
            for: step,
            of: interaction,
            session: session?.fingerprint,
            consentVersion: consent?.version,
            page: page
        )
    }

    func path(_ step: WireText) -> WireText { WireText("/interaction/\(interaction.id)/\(step)") }

    private static func interaction(
        _ house: House,
        _ id: Identifier<Interaction>,
        by proof: VisitProof
    ) async throws(Trouble) -> Interaction {
        let interaction: Interaction?
        do {
            interaction = try await house.ask { store throws(StoreFailure) in try await store.interaction(id) }
        } catch { throw .page(.refused(error)) }
        // Security.md CO-20: nobody finishes what another browser began.
        guard let interaction, proof.fits(interaction) else { throw .page(.otherBrowser) }
        return interaction
    }
}

/// What ties somebody to a request that waits.
enum VisitProof: Sendable {
    /// The cookies of the browser that began it.
    case browser(BrowserCookies)
    /// One of the bank's own systems looks at it, and decides nothing.
    case bank

    fileprivate func fits(_ interaction: Interaction) -> Bool {
        switch self {
        case .browser(let cookies): cookies.browser.map { ConstantTime.equal($0, interaction.browser) } ?? false
        case .bank: true
        }
    }
}

extension House {
    /// The consent that a request is about, whoever registered it and however it stands.
    func consent(of request: AuthorizationRequest) async throws(Refusal) -> Consent? {
        guard let intent = request.claims.intent else { return nil }
        let consent = try await ask { store throws(StoreFailure) in try await store.consent(Identifier(intent.text)) }
        guard let consent else { throw .intentNotYours }
        return consent
    }

    /// What the client polls of a request that came so.
    func polledRequest(of arrival: Arrival) async throws(Refusal) -> PolledRequest? {
        guard arrival.isPolled, let reference = arrival.reference else { return nil }
        let polled = try await ask { store throws(StoreFailure) in try await store.polledRequest(reference) }
        guard let polled else { throw .interactionOver }
        return polled
    }

    /// The person's login in this browser, if it is alive and the person may still act.
    func session(of request: Request, at now: Timestamp) async throws(Refusal) -> Session? {
        try await session(BrowserCookies(of: request).session, at: now)
    }

    func session(_ fingerprint: Fingerprint?, at now: Timestamp) async throws(Refusal) -> Session? {
        guard let fingerprint else { return nil }
        let session = try await ask { store throws(StoreFailure) in try await store.session(fingerprint) }
        guard let session, session.isAlive(at: now), !isBarred(session) else { return nil }
        return session
    }

    /// Whether the bank has taken the login back: its person is locked or gone, or has another password.
    func isBarred(_ session: Session) -> Bool {
        guard let person = bank.person(session.person), !person.isLocked else { return true }
        // Whoever knew the old password knows nothing any more.
        return session.credential != person.credential
    }

    func step(
        for request: AuthorizationRequest,
        about consent: Consent?,
        session: Session?,
        loggedInHere: Bool,
        expected: Identifier<OAuth.Person>? = nil,
        at now: Timestamp
    ) async throws(Refusal) -> InteractionPolicy.Step {
        var hinted: WireText?
        if let hint = request.idTokenHint {
            hinted = keys.subject(hintedBy: hint, of: request.client.id, issuer: issuer)
            guard hinted != nil else { throw .parameterMalformed(.idTokenHint) }
        }
        var remembered: Scope?
        if let session, !request.asksForConsent, !request.prompt.wantsConsent {
            remembered = try await ask { store throws(StoreFailure) in
                try await store.rememberedScope(in: Circumstances(session.person, request))
            }
        }
        return InteractionPolicy.step(
            for: request,
            session: session,
            loggedInHere: loggedInHere,
            // Whom a client has named by the back channel is the only one, like whoever gave the consent.
            owner: expected ?? (consent?.authorisation?.person).map { Identifier($0.text) },
            subject: session.map { subject(of: $0.person, for: request.client) },
            hinted: hinted,
            remembered: remembered,
            acr: acr,
            at: now
        )
    }
}

extension Consent {
    /// Refuses a client that may not ask a person about this consent now.
    func requireAsked(by client: Client, at now: Timestamp) throws(Refusal) {
        do { try requireAuthorisable(for: Identifier(client.id.text), at: now) } catch {
            throw error == .otherThirdParty ? .intentNotYours : .intentNotAuthorisable
        }
    }
}

internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Text

/// A person who has signed in and looks at what they share.
struct DashboardVisit {
    let house: House
    let request: Request
    let now: Timestamp
    let session: Session
    /// Who reads the pages.
    let reader: Reader

    init(_ house: House, _ request: Request, at now: Timestamp) async throws(Dashboard.Trouble) {
        self.house = house
        self.request = request
        self.now = now
        reader = Reader(of: request, at: now)
        let session: Session?
        do { session = try await house.session(of: request, at: now) } catch { throw .from(error) }
        guard let session else { throw .logIn }
        self.session = session
    }

    var person: Identifier<Consents.Person> { Identifier(session.person.text) }

    /// How the bank calls this person.
    var name: WireText { house.bank.person(session.person)?.name ?? session.person.text }

    /// The consent that the path names, if it is this person's.
    ///
    /// Security.md SD-02: one that is another's is not there, like one that nobody ever gave.
    func consent(_ parts: PathParts) async throws(Dashboard.Trouble) -> Consent {
        guard let id = parts["id"] else { throw .page(.notTheirs) }
        let consent: Consent?
        do {
            consent = try await house.ask { store throws(StoreFailure) in try await store.consent(Identifier(id)) }
        } catch { throw .from(error) }
        guard let consent, consent.authorisation?.person == person else { throw .page(.notTheirs) }
        try await learnThirdParties(of: [consent])
        return consent
    }

    /// Has what is to be shown of consents name whom they are with.
    func learnThirdParties(of consents: [Consent]) async throws(Dashboard.Trouble) {
        do { try await house.learn(consents.map { Identifier($0.thirdParty.text) }) } catch { throw .from(error) }
    }

    func revisions(of consent: Consent) async throws(Dashboard.Trouble) -> [Revision] {
        do {
            return try await house.ask { store throws(StoreFailure) in try await store.revisions(of: consent.id) }
        } catch { throw .from(error) }
    }

    /// What was decided on a form of this person's.
    func decision(_ step: FormTokens.DashboardStep, about consent: Consent? = nil) throws(Dashboard.Trouble) -> WireText
    {
        let form: PageForm
        do {
            form = try PageForm(request, to: house.issuer, bearing: formToken(step, about: consent))
        } catch { throw .from(error) }
        guard form.isBare else { throw .page(.outdated) }
        return form.decision
    }

    func formToken(_ step: FormTokens.DashboardStep, about consent: Consent? = nil) -> WireText {
        house.forms.token(for: step, about: consent?.id, bearing: session.fingerprint)
    }

    /// The consent as its owner sees it.
    func card(_ consent: Consent) -> ConsentCard {
        ConsentCard(
            consent: consent,
            thirdParty: thirdParty(of: consent),
            accounts: accounts(consent.authorisation?.accounts ?? []),
            state: consent.state(at: now)
        )
    }

    /// What people call the third party; one that is registered no more is called by its identifier.
    func thirdParty(of consent: Consent) -> DisplayName {
        house.clients[Identifier(consent.thirdParty.text)]?.display
            ?? DisplayName(assertion: consent.thirdParty.text, agent: nil)
    }

    /// The accounts as the bank knows them today.
    func accounts(_ ids: [Identifier<Account>]) -> [ConsentCard.Line] {
        let known = house.bank.accounts(of: session.person)
        return ids.map { id in ConsentCard.Line(id: id, account: known.first { $0.id == id }) }
    }
}

internal import Consents
internal import OAuth
internal import Storage
internal import Surfaces
internal import Telemetry
internal import Text

/// A yes that is ready to be kept, together with what the client is told.
struct Decision {
    let changes: [Storage.Change]
    /// The consent as it will be.
    let consent: Consent?
}

/// Why a yes is none.
enum DecisionFailure: Error {
    /// An account that was not offered, or one that came twice.
    case foreignAccount
    case noAccount
    case tooManyAccounts
    case page(PageFailure)
}

extension Visit {
    /// Makes a decision of a yes, on whichever page it was said.
    ///
    /// - Parameters:
    ///   - chosen: The accounts, by their identifiers.
    ///   - shown: What the person read when they said it.
    func allow(
        _ chosen: [WireText],
        of offer: Offer,
        _ session: Session,
        shown: ShownPage
    ) async throws(DecisionFailure) -> Decision {
        // Only what was offered can be chosen, whatever was sent; where the third party named accounts, all of them are.
        let isFixed = consent?.namedAccounts.isEmpty == false
        let chosen = isFixed ? offer.eligible.map(\.text) : chosen
        let names = Set(chosen)
        guard names.count == chosen.count, names.isSubset(of: offer.eligible.map(\.text)) else {
            throw .foreignAccount
        }
        let closing = interaction.decided(at: now).map { Storage.Change.oauth($0) }
        guard let consent else {
            guard chosen.isEmpty else { throw .foreignAccount }
            // What is asked each time need not be remembered.
            guard !authorization.arrival.isPolled else { return Decision(changes: closing, consent: nil) }
            let circumstances = Circumstances(session.person, authorization)
            let remembering = OAuth.Change.rememberScope(authorization.agreement, circumstances, at: now)
            return Decision(changes: closing + [.oauth(remembering)], consent: nil)
        }
        guard !chosen.isEmpty else { throw .noAccount }
        guard chosen.count == 1 || offer.allowsMany else { throw .tooManyAccounts }
        let accounts: [Identifier<Account>]
        do {
            accounts = try await kept(offer.accounts.filter { names.contains($0.id.text) }, of: consent)
        } catch { throw .page(error) }
        let person = Identifier<Consents.Person>(session.person.text)
        let change: ConsentChange
        do {
            let isAmended = authorization.grantAction?.grant != nil
            let event: ConsentEvent =
                isAmended
                ? .amend(consent.amendment, person: person, accounts: accounts)
                : .authorise(person: person, accounts: accounts)
            change = try consent.change(event, by: .person(person), shown: shown, at: now)
        } catch { throw .page(.refused(.intentNotAuthorisable)) }
        // A consent that was asked for in the request is registered with the yes: before, nobody had allowed anything.
        let isThere = authorization.isAboutRegisteredConsent
        let registering = isThere ? [] : [Storage.Change.consent(.registration(of: consent))]
        return Decision(changes: closing + registering + [.consent(change)], consent: change.consent)
    }

    /// Keeps a no.
    func deny() async throws(Refusal) {
        await tellOfRefusal()
        try await close(rejecting: .refused)
        house.metrics.consentDecisions.count(.denied)
    }
}

internal import Consents
internal import OAuth
internal import Storage
internal import Text

extension Store {
    /// What ends a request without a yes, and with it its consent where that still waits for one.
    ///
    /// A person who did not finish in one tab may be about to in another, so of several requests about one consent
    /// only the last to run out of time rejects it.
    func ending(
        _ interaction: Interaction,
        _ consent: Consent?,
        _ rejection: ConsentEvent.Rejection,
        by actor: Actor,
        at now: Timestamp
    ) async throws(StoreFailure) -> [Storage.Change] {
        // Nobody has decided where time ran out, and the reference of a pushed request with it.
        let ended = rejection == .timedOut ? [.closeInteraction(interaction.id, at: now)] : interaction.denied(at: now)
        let closing = ended.map { Storage.Change.oauth($0) }
        guard let change = try? consent?.change(.reject(rejection), by: actor, at: now) else { return closing }
        let consent = change.consent
        if rejection == .timedOut, try await isAwaited(Identifier(consent.id.text), at: now) { return closing }
        return closing + [.consent(change)]
    }
}

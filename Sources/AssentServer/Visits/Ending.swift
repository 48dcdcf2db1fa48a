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
        let closing = Storage.Change.oauth(.closeInteraction(interaction.id, at: now))
        guard let consent, let rejected = try? consent.after(.reject(rejection), at: now) else { return [closing] }
        if rejection == .timedOut, try await isAwaited(Identifier(consent.id.text), at: now) { return [closing] }
        let revision = Revision(
            consent: consent.id,
            from: consent.status,
            to: rejected.status,
            at: now,
            actor: actor,
            reason: rejection.reason
        )
        return [closing, .consent(.replace(rejected, revision))]
    }
}

extension ConsentEvent.Rejection {
    fileprivate var reason: Revision.Reason {
        switch self {
        case .refused: .refused
        case .cancelledAtLogin: .cancelledAtLogin
        case .timedOut: .timedOut
        }
    }
}

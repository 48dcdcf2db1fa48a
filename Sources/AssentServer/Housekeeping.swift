internal import Consents
internal import OAuth
internal import Storage
internal import Telemetry
internal import Text

/// What has to happen when nobody asks: walked-away requests end, and what is long over is removed.
///
/// Nothing depends on its being in time: expiry is looked at wherever something is used.
package struct Housekeeping: Sendable {
    private let house: House
    private let keys: KeyRotation?

    /// - Parameter keys: The folder of our keys, where somebody looks after it.
    package init(_ house: House, keys: KeyRotation? = nil) {
        self.house = house
        self.keys = keys
    }

    /// Goes round until the task is cancelled.
    ///
    /// - Parameter started: Told after the first round, which is the last part of a start.
    package func run(started: @Sendable () -> Void = {}) async {
        await round()
        started()
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(min(Self.pauseSeconds, house.lifetimes.interaction)))
            guard !Task.isCancelled else { return }
            await round()
        }
    }

    /// One round: small bites, so that nobody waits for it.
    package func round() async {
        let now = house.clock.now
        if house.clock.isSetBack {
            house.log.error("clock.set-back", ["seconds": .integer(house.clock.secondsSetBack)])
        }
        keys?.turn(house.keys, at: now)
        do {
            // A store that other machines share refuses a clock that is wrong, before anything is ended by it.
            if house.store.isShared { _ = try await house.store.sweep(at: now, limit: 0) }
            try await rejectAbandoned(at: now)
            await house.barredLogins.end(in: house, at: now)
            house.notices.ring(house)
            while try await house.store.sweep(at: now, limit: Self.bite) == Self.bite, !Task.isCancelled {}
        } catch {
            house.metrics.storeFailures.count()
            house.log.warning("housekeeping.failed", ["reason": .text(WireText("\(error)"))])
        }
    }

    /// Logs out whom the bank has locked or forgotten since the last round.
    package func endBarredLogins() async {
        await house.barredLogins.end(in: house, at: house.clock.now)
    }

    /// Remembers how late it is, so that the next start knows if its clock is behind.
    package func noteTime() async {
        _ = try? await house.store.sweep(at: house.clock.now, limit: 0)
    }

    /// UK Read/Write API 3.1.2: a person who does not finish has rejected the consent.
    private func rejectAbandoned(at now: Timestamp) async throws(StoreFailure) {
        var kept: Int
        repeat {
            kept = 0
            for interaction in try await house.store.abandonedInteractions(at: now, limit: Self.bite) {
                // Whoever changed one of the two meanwhile is right; the next round looks again.
                if case .kept = try await house.store.commit(try await ending(interaction, at: now)) {
                    kept += 1
                    house.metrics.consentDecisions.count(.timedOut)
                }
            }
        } while kept == Self.bite && !Task.isCancelled
    }

    private func ending(_ interaction: Interaction, at now: Timestamp) async throws(StoreFailure) -> [Storage.Change] {
        var consent: Consent?
        if let intent = interaction.intent { consent = try await house.store.consent(Identifier(intent.text)) }
        return try await house.store.ending(interaction, consent, .timedOut, by: .system, at: now)
    }

    private static let pauseSeconds = 15
    private static let bite = 200
}

internal import Crypto
internal import OAuth
internal import Synchronization
internal import Text

/// Logins of persons whom the bank has locked or forgotten, or whose password is another now.
///
/// Their cookies count no more from that moment; here their clients get to hear of it.
final class BarredLogins: Sendable {
    /// The edition of the bank that was looked through last; at the start none was.
    private let seen = Atomic<Int>(-1)

    /// Goes through all logins, once for each edition of the bank.
    func end(in house: House, at now: Timestamp) async {
        let generation = house.bank.generation
        guard seen.exchange(generation, ordering: .relaxed) != generation else { return }
        do throws(Refusal) {
            var last: Fingerprint?
            var sessions: [Session]
            repeat {
                sessions = try await house.ask { [last] store throws(StoreFailure) in
                    try await store.sessions(after: last, at: now, limit: Self.bite)
                }
                for session in sessions where house.isBarred(session) { _ = try await house.end(session, at: now) }
                last = sessions.last?.fingerprint
            } while sessions.count == Self.bite && !Task.isCancelled
        } catch {
            // The next round goes through them again.
            seen.store(-1, ordering: .relaxed)
        }
    }

    private static let bite = 200
}

internal import OAuth
internal import Synchronization

/// Logins whose passwords are being checked at this moment, counted by whom they try to be.
///
/// A check takes as long as a hundred requests, and only its end is kept in the store. Without this count, guesses
/// that are sent at once would all have begun before the first of them is known to have failed.
final class LoginsUnderWay: Sendable {
    private let counts = Mutex<[LoginThrottle.Subject: Int]>([:])

    /// Begins one, and says how many had begun before it.
    func begin(_ subject: LoginThrottle.Subject) -> Int {
        counts.withLock { counts in
            let others = counts[subject] ?? 0
            counts[subject] = others + 1
            return others
        }
    }

    /// Ends one; if it failed, that is kept by now.
    func end(_ subject: LoginThrottle.Subject) {
        counts.withLock { counts in
            let others = (counts[subject] ?? 1) - 1
            counts[subject] = others > 0 ? others : nil
        }
    }
}

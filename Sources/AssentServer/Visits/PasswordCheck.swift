internal import Crypto
internal import Net
internal import OAuth
internal import Text

/// Passwords against their hashes, on worker threads: a hash takes as long as a thousand requests.
struct PasswordCheck: Sendable {
    private let workers: WorkerPool

    init(workers: WorkerPool) {
        self.workers = workers
    }

    /// Whether the password is the one; never for a hash that is absent.
    ///
    /// - Throws: `temporarilyUnavailable` where too many wait.
    func check(_ password: TypedPassword, against hash: PasswordHash?) async throws(Refusal) -> Bool {
        // An unknown name takes the time of a known one.
        let shown = hash ?? .ofNobody
        let fits: Bool
        do { fits = try await workers.run { (try? shown.accepts(password.secret)) ?? false } } catch {
            throw .temporarilyUnavailable
        }
        return fits && hash != nil
    }
}

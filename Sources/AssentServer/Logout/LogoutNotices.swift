internal import HTTP
internal import OAuth
internal import Storage
internal import Synchronization
internal import Telemetry
internal import Text

/// Tells clients of ended logins: OpenID Connect Back-Channel Logout §2.5, behind every answer and never before one.
package final class LogoutNotices: Sendable {
    private let rounds = Mutex(Rounds())

    private struct Rounds {
        var last: Task<Void, Never>?
        /// Whether `last` is still to look what is due.
        var isWaiting = false
    }

    package init() {}

    /// Has what is due told soon; one round after another, so that two never tell the same.
    func ring(_ house: House) {
        rounds.withLock { rounds in
            guard !rounds.isWaiting else { return }
            let before = rounds.last
            rounds.isWaiting = true
            rounds.last = Task { [self] in
                await before?.value
                self.rounds.withLock { $0.isWaiting = false }
                await tell(house)
            }
        }
    }

    /// Waits until everything has been tried that was due before.
    package func settle() async {
        await rounds.withLock { $0.last }?.value
    }

    private func tell(_ house: House) async {
        do throws(StoreFailure) {
            var tried: Set<LogoutNotice> = []
            while true {
                let now = house.clock.now
                let due = try await house.store.dueNotices(at: now, limit: Limits.outboundCallsOfJob)
                // One whose attempt could not be kept is due for ever, and for this round it has had its turn.
                guard !tried.isSuperset(of: due) else { return }
                tried.formUnion(due)
                await withTaskGroup { group in
                    for notice in due { group.addTask { await house.attempt(notice, at: now) } }
                }
            }
        } catch { house.report(error) }
    }
}

extension House {
    /// One attempt; what it does is kept before it begins, so that a crash costs a pause and not a notice.
    fileprivate func attempt(_ notice: LogoutNotice, at now: Timestamp) async {
        let known: Client?
        // Without the store nothing could be kept of an attempt either; the notice stays due.
        do { known = try await self.client(notice.client) } catch { return }
        guard let client = known, let uri = client.logout.backchannelURI else {
            return await keep(.dropNotice(notice.id))
        }
        let next = notice.next(after: now)
        let begun = LogoutChange.attemptNotice(notice, next: next ?? notice.expires)
        guard case .kept = try? await store.commit([.logout(begun)]) else { return }
        do throws(LogoutFailure) {
            try await tell(client, at: uri, notice, now)
            await keep(.dropNotice(notice.id))
            log.info("logout.told", ["client": .text(client.id.text)])
        } catch {
            log.warning(
                next == nil || error.isFinal ? "logout.given-up" : "logout.not-told",
                ["client": .text(client.id.text), "reason": .text(WireText(error.sentence))]
            )
            if next == nil || error.isFinal { await keep(.dropNotice(notice.id)) }
        }
    }

    private func tell(
        _ client: Client,
        at uri: WireText,
        _ notice: LogoutNotice,
        _ now: Timestamp
    ) async throws(LogoutFailure) {
        let signed: WireText
        do {
            let token = LogoutToken(notice, issuer: issuer, subject: subject(of: notice.person, for: client), at: now)
            signed = try keys.sign(token, for: client, entropy: entropy)
        } catch { throw .unsigned(error) }
        var fields = Fields()
        fields.append(.contentType, "application/x-www-form-urlencoded")
        let form = FormFields([.init("logout_token", signed)])
        let response: Response
        do {
            response = try await outbound.send(.post, to: uri, fields: fields, body: Array(form.encoded.utf8))
        } catch { throw .unsent(error) }
        // Back-Channel Logout §2.8; 204 is what some frameworks make of an empty 200.
        guard response.status == .ok || response.status == .noContent else { throw .refused(response.status) }
    }

    private func keep(_ change: LogoutChange) async {
        do throws(StoreFailure) { _ = try await store.commit([.logout(change)]) } catch { report(error) }
    }
}

/// Why a client has not heard of a logout.
private enum LogoutFailure: Error {
    case unsigned(Refusal)
    case unsent(OutboundFailure)
    case refused(Status)

    /// Back-Channel Logout §2.8: the client has read the token and wants no other.
    var isFinal: Bool {
        guard case .refused(.badRequest) = self else { return false }
        return true
    }

    var sentence: String {
        switch self {
        case .unsigned(let refusal): refusal.label
        case .unsent(let failure): "\(failure)"
        case .refused(let status): "status \(status.code)"
        }
    }
}

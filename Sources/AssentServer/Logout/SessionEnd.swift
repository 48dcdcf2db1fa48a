internal import OAuth
internal import Storage
internal import Telemetry
internal import Text

extension House {
    /// Ends a login, and keeps for every client that was told of it that it is to hear of the end.
    ///
    /// - Returns: The clients that were told of it; none where the login had ended already.
    func end(_ session: Session, at now: Timestamp) async throws(Refusal) -> [Client] {
        for _ in 0..<Self.attempts {
            let told = try await ask { store throws(StoreFailure) in try await store.clients(toldOf: session.sid) }
            try await learn(told)
            let clients = told.compactMap { self.clients[$0] }.filter(\.isEnabled)
            var changes: [LogoutChange] = [
                .endSession(session.fingerprint, sid: session.sid, known: told),
                // Back-Channel Logout §2.7; a consent ends by its own rules, and not because somebody logs out.
                .endGrants(sid: session.sid, at: now),
            ]
            for client in clients where client.logout.backchannelURI != nil {
                let id = Identifier<LogoutNotice>(try freshUUID().text)
                changes.append(.keepNotice(notice(id, of: session, to: client, at: now)))
            }
            do throws(Refusal) {
                try await commit(changes.map { Storage.Change.logout($0) })
                notices.ring(self)
                return clients
            } catch {
                // Another tab was faster: it ended the same login, or took an answer to one client more.
                guard error == .interactionOver else { throw error }
                let kept = try await ask { store throws(StoreFailure) in try await store.session(session.fingerprint) }
                guard kept != nil else { return [] }
            }
        }
        throw .temporarilyUnavailable
    }

    private func notice(
        _ id: Identifier<LogoutNotice>,
        of session: Session,
        to client: Client,
        at now: Timestamp
    ) -> LogoutNotice {
        LogoutNotice(
            id: id,
            client: client.id,
            person: session.person,
            sid: session.sid,
            due: now,
            expires: now + Limits.logoutNoticeSeconds
        )
    }

    /// Answers come from one person's tabs, so that a few times are many.
    private static let attempts = 5
}

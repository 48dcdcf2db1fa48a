import Crypto
import OAuth
import Text

// MARK: The end of a login

extension MemoryTables {
    mutating func make(_ change: LogoutChange) -> Bool {
        switch change {
        case .endSession(let fingerprint, let sid, let known):
            guard sessions[fingerprint]?.sid == sid, Set(clients(toldOf: sid)).isSubset(of: known) else { return false }
            sessions[fingerprint] = nil
            return true
        case .endGrants(let sid, let now):
            for family in families.values
            where family.sid == sid && family.intent == nil && !family.scope.contains(Scope.offlineAccess)
                && family.revoked == nil
            {
                families[family.id] = family.revoked(at: now)
            }
            return true
        case .keepNotice(let notice):
            guard !notices.values.contains(where: { ($0.sid, $0.client) == (notice.sid, notice.client) }) else {
                return false
            }
            return notices.add(notice, as: notice.id)
        case .attemptNotice(let notice, let next):
            guard let kept = notices[notice.id], kept.attempts == notice.attempts else { return false }
            notices[notice.id] = kept.attempted(next: next)
            return true
        case .dropNotice(let id):
            return notices.removeValue(forKey: id) != nil
        }
    }

    func clients(toldOf sid: WireText) -> [Identifier<Client>] {
        let told = families.values.filter { $0.sid == sid && $0.scope.contains(Scope.openID) }
        return Set(told.map(\.client)).sorted { $0.text < $1.text }
    }

    func dueNotices(at now: Timestamp, limit: Int) -> [LogoutNotice] {
        let due = notices.values.filter { $0.due <= now }
        return Array(due.sorted { ($0.due, $0.id.text) < ($1.due, $1.id.text) }.prefix(limit))
    }

    func sessions(after fingerprint: Fingerprint?, at now: Timestamp, limit: Int) -> [Session] {
        let after = fingerprint?.bytes ?? []
        let alive = sessions.values.filter { now < $0.expires && after.lexicographicallyPrecedes($0.fingerprint.bytes) }
        let sorted = alive.sorted { $0.fingerprint.bytes.lexicographicallyPrecedes($1.fingerprint.bytes) }
        return Array(sorted.prefix(limit))
    }
}

extension LogoutNotice {
    fileprivate func attempted(next: Timestamp) -> LogoutNotice {
        LogoutNotice(
            id: id,
            client: client,
            person: person,
            sid: sid,
            attempts: attempts + 1,
            due: next,
            expires: expires
        )
    }
}

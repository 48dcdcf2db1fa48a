package import JOSE
package import Text

/// Announce, use, retire: how keys follow one another without anybody meeting one that they cannot know.
///
/// Every phase is kept once it is reached. A clock that is set back makes a key wait, and takes nothing back.
package struct KeyLifeCycle: Sendable, Hashable {
    /// How long a key is published before it signs: as long as anybody may keep our keys without looking again.
    ///
    /// One for opening opens as long before it is offered: each server has to have it, and not the one that offers it.
    package let announcementSeconds: Int
    /// After how long a key is followed by another; `nil` where only an operator says so.
    package let rotationSeconds: Int?

    package init(announcementSeconds: Int = 3_600, rotationSeconds: Int? = nil) {
        self.announcementSeconds = announcementSeconds
        self.rotationSeconds = rotationSeconds
    }

    /// What shall become of all keys at a moment.
    package struct Decision: Sendable, Hashable {
        /// Where each key stands from now on.
        package var stages: [KeyName: KeyStage]
        /// Keys that nobody needs any more.
        package var retiring: [KeyName]
        /// Kinds that want a new key.
        package var making: [KeyKind]
    }

    /// - Parameters:
    ///   - names: The keys that are there.
    ///   - urgent: Of these, the ones that are used without an announcement.
    ///   - stages: What was kept of them; `nil` where nothing ever was.
    ///   - required: Algorithms that somebody is registered for.
    package func decide(
        _ names: [KeyName],
        urgent: Set<KeyName>,
        stages: [KeyName: KeyStage]?,
        required: Set<Algorithm>,
        at now: Timestamp
    ) -> Decision {
        var decision = Decision(stages: [:], retiring: [], making: [])
        for kind in KeyKind.all {
            // The newest first.
            let own = names.filter { $0.kind == kind }.sorted { $0.number > $1.number }
            guard !own.isEmpty else { continue }
            var line = Line(kind: kind, names: own, stages: stages ?? [:])
            if stages == nil {
                line.begin(at: now)
            } else {
                line.receive(urgent: urgent, announcing: announcementSeconds, at: now)
            }
            line.advance(isRequired: kind.isRequired(by: required), at: now)
            decision.retiring += line.retire(at: now)
            decision.stages.merge(line.stages) { _, new in new }
            if wantsSuccessor(line, at: now) { decision.making.append(kind) }
        }
        return decision
    }

    /// The successor is made early enough to be announced by the time it is due.
    private func wantsSuccessor(_ line: Line, at now: Timestamp) -> Bool {
        guard let rotationSeconds, let newest = line.names.first, let stage = line.stages[newest],
            stage.phase == .current
        else { return false }
        return now >= stage.since + max(0, rotationSeconds - announcementSeconds)
    }
}

extension KeyKind {
    fileprivate func isRequired(by algorithms: Set<Algorithm>) -> Bool {
        switch self {
        case .signing(let algorithm): algorithms.contains(algorithm)
        case .opening: false
        }
    }
}

/// The keys of one kind, the newest first.
private struct Line {
    let kind: KeyKind
    let names: [KeyName]
    private(set) var stages: [KeyName: KeyStage]

    init(kind: KeyKind, names: [KeyName], stages: [KeyName: KeyStage]) {
        self.kind = kind
        self.names = names
        self.stages = stages.filter { names.contains($0.key) }
    }

    /// Keys of which nothing is known: the newest is in use, as it was before anybody kept stages.
    mutating func begin(at now: Timestamp) {
        for name in names { supersede(name, at: now) }
        stages[names[0]] = KeyStage(.current, since: now)
    }

    mutating func receive(urgent: Set<KeyName>, announcing seconds: Int, at now: Timestamp) {
        let newest = names.filter { stages[$0]?.phase == .current }.map(\.number).max() ?? 0
        for name in names where stages[name] == nil {
            if name.number < newest {
                // An old key that was put back proves what it signed, and signs nothing.
                supersede(name, at: now)
            } else if urgent.contains(name) {
                stages[name] = KeyStage(.current, since: now)
            } else {
                stages[name] = KeyStage(.announced, since: now, until: now + seconds)
            }
        }
    }

    /// Puts into use what has been announced long enough, and supersedes what was in use before it.
    mutating func advance(isRequired: Bool, at now: Timestamp) {
        for name in names {
            guard let stage = stages[name], stage.phase == .announced, stage.until.map({ now >= $0 }) ?? true else {
                continue
            }
            stages[name] = KeyStage(.current, since: now)
        }
        if !hasCurrent {
            // Somebody took the key away that was in use: the one before it is known to everybody.
            let next =
                names.first { stages[$0]?.phase == .superseded }
                ?? (isRequired ? names.first { stages[$0]?.phase == .announced } : nil)
            if let next { stages[next] = KeyStage(.current, since: now) }
        }
        guard let current = names.first(where: { stages[$0]?.phase == .current }) else { return }
        for name in names where name.number < current.number && stages[name]?.phase != .superseded {
            supersede(name, at: now)
        }
    }

    /// - Returns: The keys whose every signature is over.
    mutating func retire(at now: Timestamp) -> [KeyName] {
        let over = names.filter { name in
            guard let stage = stages[name], stage.phase == .superseded else { return false }
            return stage.until.map { now >= $0 } ?? false
        }
        for name in over { stages[name] = nil }
        return over
    }

    private var hasCurrent: Bool { stages.values.contains { $0.phase == .current } }

    private mutating func supersede(_ name: KeyName, at now: Timestamp) {
        stages[name] = KeyStage(.superseded, since: now, until: now + Limits.keyRetentionSeconds)
    }
}

package import JOSE
internal import Synchronization
package import Telemetry
package import Text

/// Moves the keys of a folder through their lives while the server runs.
///
/// The order makes it safe to be killed anywhere: a file is put aside before its stage is forgotten, and a stage is
/// kept before the key is used as it says. Whatever is missing then is found by the next round.
package final class KeyRotation: Sendable {
    private let folder: KeyFolder
    private let lifeCycle: KeyLifeCycle
    private let accessTokens: Algorithm
    private let log: Log
    private let shown = Mutex(Shown())
    /// Keys as they were opened last.
    private let opened = Mutex<[KeyName: KeyFolder.Entry]>([:])

    /// What the keys in use say of themselves.
    private struct Shown: Sendable {
        var stages: [KeyName: KeyStage] = [:]
        var required: Set<Algorithm> = []
    }

    /// Keys as they shall be, and nothing of it kept.
    package struct Plan: Sendable {
        package let keys: KeyRing.Keys
        fileprivate let decision: KeyLifeCycle.Decision
        fileprivate let required: Set<Algorithm>
    }

    /// - Parameter accessTokens: The algorithm of access tokens, as soon as a key of it is in use.
    package init(_ folder: KeyFolder, _ lifeCycle: KeyLifeCycle, accessTokens: Algorithm = .es256, log: Log) {
        self.folder = folder
        self.lifeCycle = lifeCycle
        self.accessTokens = accessTokens
        self.log = log
    }

    /// Reads the folder and decides; changes nothing.
    package func plan(required: Set<Algorithm>, at now: Timestamp) throws(KeyFolder.Failure) -> Plan {
        let decision = try decide(required, at: now)
        return Plan(keys: try keys(decision.stages, required), decision: decision, required: required)
    }

    /// Keeps a plan; its keys are to be used from here on.
    package func keep(_ plan: Plan) throws(KeyFolder.Failure) {
        try shown.withLock { shown throws(KeyFolder.Failure) in
            try folder.alone { () throws(KeyFolder.Failure) in try keep(plan.decision) }
            shown.stages = plan.decision.stages
            shown.required = plan.required
        }
    }

    /// One round: takes in new keys, moves on those whose time has come, and makes those that are due.
    package func turn(_ ring: KeyRing, at now: Timestamp) {
        shown.withLock { shown in
            do throws(KeyFolder.Failure) {
                // Of two servers on one folder one makes the successor, and the other finds it.
                try folder.alone { () throws(KeyFolder.Failure) in try turn(ring, &shown, at: now) }
            } catch {
                log.error("keys.failed", ["reason": .text(WireText(error.sentence))])
            }
        }
    }

    private func turn(_ ring: KeyRing, _ shown: inout Shown, at now: Timestamp) throws(KeyFolder.Failure) {
        var decision = try decide(shown.required, at: now)
        for kind in decision.making {
            let made = try folder.make(kind)
            log.info("keys.made", ["file": .text(WireText(made.name.file)), "kid": .text(made.keyID)])
        }
        if !decision.making.isEmpty { decision = try decide(shown.required, at: now) }
        guard decision.stages != shown.stages || !decision.retiring.isEmpty else { return }
        // Opened first: a file that is no key changes nothing.
        let keys = try keys(decision.stages, shown.required)
        try keep(decision)
        ring.replace(with: keys)
        shown.stages = decision.stages
    }

    private func decide(
        _ required: Set<Algorithm>,
        at now: Timestamp
    ) throws(KeyFolder.Failure) -> KeyLifeCycle.Decision {
        lifeCycle.decide(
            try folder.names(),
            urgent: try folder.urgentNames(),
            stages: try folder.stages(),
            required: required,
            at: now
        )
    }

    private func keep(_ decision: KeyLifeCycle.Decision) throws(KeyFolder.Failure) {
        for name in decision.retiring {
            try folder.retire(name)
            log.info("keys.retired", ["file": .text(WireText(name.file))])
        }
        let kept = try folder.stages()
        guard kept != decision.stages else { return }
        try folder.keep(decision.stages)
        for (name, stage) in decision.stages where stage.phase != kept?[name]?.phase {
            log.info(
                "keys.moved-on",
                [
                    "file": .text(WireText(name.file)), "phase": .text(WireText(stage.phase.rawValue)),
                    "until": .text(WireText(stage.until?.rfc3339 ?? "further notice")),
                ]
            )
        }
    }

    private func keys(
        _ stages: [KeyName: KeyStage],
        _ required: Set<Algorithm>
    ) throws(KeyFolder.Failure) -> KeyRing.Keys {
        var signing: [(KeyStage.Phase, KeyName, SigningKey)] = []
        var opening: [(KeyStage.Phase, KeyName, OpeningKey)] = []
        var entries: [KeyName: KeyFolder.Entry] = [:]
        let known = opened.withLock { $0 }
        for (name, stage) in stages {
            let entry = try folder.entry(name, known: known[name])
            entries[name] = entry
            switch entry.key {
            case .signing(let key): signing.append((stage.phase, name, key))
            case .opening(let key): opening.append((stage.phase, name, key))
            }
        }
        opened.withLock { [entries] in $0 = entries }
        signing.sort { ($0.1.kind.stem, -$0.1.number) < ($1.1.kind.stem, -$1.1.number) }
        opening.sort { ($0.1.kind.stem, -$0.1.number) < ($1.1.kind.stem, -$1.1.number) }
        do {
            return try KeyRing.Keys(
                signing.filter { $0.0 == .current }.map(\.2),
                published: signing.filter { $0.0 != .current }.map(\.2),
                opening: opening.filter { $0.0 != .announced }.map(\.2),
                awaited: opening.filter { $0.0 == .announced }.map(\.2),
                accessTokens: accessTokens,
                required: required
            )
        } catch { throw KeyFolder.Failure(sentence: sentence(error)) }
    }

    private func sentence(_ problem: KeyRing.Problem) -> String {
        switch problem {
        case .keyMissing(let algorithm):
            "\(folder.path) has no key for \(algorithm.name); assent keys new --algorithm \(algorithm.name) makes one."
        case .keysContradictory(let failure): "\(folder.path): \(failure)."
        }
    }
}

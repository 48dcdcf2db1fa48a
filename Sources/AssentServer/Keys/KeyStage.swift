package import Text

/// How far a key of ours has come.
package struct KeyStage: Sendable, Hashable {
    package let phase: Phase
    /// When it came there.
    package let since: Timestamp
    /// When it may go on, where that is a matter of time.
    package let until: Timestamp?

    /// The phases of a key, in their order; retired keys are in none.
    package enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Published, so that everybody knows it before it is used.
        case announced
        /// In use.
        case current
        /// Published until everything is over that it has signed.
        case superseded
    }

    package init(_ phase: Phase, since: Timestamp, until: Timestamp? = nil) {
        self.phase = phase
        self.since = since
        self.until = until
    }
}

/// The stages of all keys, as they are kept beside them: names and times, and no secret.
package enum KeyStages {
    /// One member a key.
    package static func document(_ stages: [KeyName: KeyStage]) -> [UInt8] {
        let lines = stages.sorted { $0.key.file < $1.key.file }.map { name, stage in
            var members = [
                JSON.Member("phase", .text(WireText(stage.phase.rawValue))),
                JSON.Member("since", .text(WireText(stage.since.rfc3339))),
            ]
            if let until = stage.until { members.append(JSON.Member("until", .text(WireText(until.rfc3339)))) }
            let value = String(decoding: JSONWriter.write(.object(members)), as: UTF8.self)
            return "  \"\(name.file)\": \(value)"
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }

    /// `nil` for what is no such document.
    package static func read(_ document: [UInt8]) -> [KeyName: KeyStage]? {
        guard let members = (try? JSONReader.read(document))?.members else { return nil }
        var stages: [KeyName: KeyStage] = [:]
        for member in members {
            guard let name = KeyName(file: member.name.string),
                let phase = member.value["phase"]?.text.flatMap({ KeyStage.Phase(rawValue: $0.string) }),
                let since = member.value["since"]?.text.flatMap({ Timestamp(rfc3339: $0) })
            else { return nil }
            var until: Timestamp?
            if let value = member.value["until"] {
                guard let time = value.text.flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
                until = time
            }
            stages[name] = KeyStage(phase, since: since, until: until)
        }
        return stages
    }
}

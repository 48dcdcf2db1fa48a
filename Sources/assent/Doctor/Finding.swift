import Text

/// One thing that was looked at, what was seen, and what an operator does about it.
struct Finding: Sendable {
    /// Its name, which does not change from release to release.
    let id: String
    let severity: Severity
    let seen: String
    let remedy: String?

    enum Severity: String, Sendable {
        case good = "OK"
        /// The server works, and something will stop it or hurt somebody.
        case warning = "WARN"
        /// The server does not work, or does not keep what it promises.
        case failure = "FAIL"
    }

    static func good(_ id: String, _ seen: String) -> Finding {
        Finding(id: id, severity: .good, seen: seen, remedy: nil)
    }

    static func warning(_ id: String, _ seen: String, do remedy: String) -> Finding {
        Finding(id: id, severity: .warning, seen: seen, remedy: remedy)
    }

    static func failure(_ id: String, _ seen: String, do remedy: String) -> Finding {
        Finding(id: id, severity: .failure, seen: seen, remedy: remedy)
    }

    /// For a person: what was seen on one line, what to do under it.
    var text: String {
        let mark = severity.rawValue + String(repeating: " ", count: 4 - severity.rawValue.utf8.count)
        let line = "\(mark)  \(id): \(seen)"
        return remedy.map { "\(line)\n      \($0)" } ?? line
    }

    var json: JSON {
        var members = [
            JSON.Member("id", .text(WireText(id))), JSON.Member("severity", .text(WireText(severity.rawValue))),
            JSON.Member("seen", .text(WireText(seen))),
        ]
        if let remedy { members.append(JSON.Member("remedy", .text(WireText(remedy)))) }
        return .object(members)
    }
}

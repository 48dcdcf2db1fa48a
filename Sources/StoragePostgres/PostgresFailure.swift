import Text

/// What PostgreSQL, or the way to it, said instead of doing what it was asked.
///
/// The message is the first line of what was said; its details would hold values, and are not kept.
package struct PostgresFailure: Error, Sendable, Hashable {
    /// SQLSTATE: five characters, or none where the server did not speak.
    package let state: String
    package let message: String

    package init(state: String = "", message: String) {
        self.state = state
        self.message = message
    }

    /// What is stored is not what we write.
    static func corrupt(_ message: String) -> PostgresFailure {
        PostgresFailure(state: "XX001", message: message)
    }

    /// The way to the server is gone.
    static func disconnected(_ message: String) -> PostgresFailure {
        PostgresFailure(state: "08006", message: message)
    }

    /// It was not heard whether a commit was kept.
    static let unknown = PostgresFailure(state: "08007", message: "the connection ended inside a commit")

    /// A commit is on the server's disk, and on none of the standbys that it waits for.
    static let notReplicated = PostgresFailure(
        state: unknown.state,
        message: "the server waits for a standby that does not answer (synchronous_standby_names); "
            + "what was done is on its own disk alone"
    )

    /// The server is there and does not say what became of a commit.
    static let unanswered = PostgresFailure(
        state: unknown.state,
        message: "the server does not end a commit; perhaps it waits for a standby"
    )

    static let overloaded = PostgresFailure(state: "53000", message: "more work waits than the store may queue")

    static let ended = PostgresFailure(state: "57P03", message: "the store is closed")

    /// A condition of ours did not hold: each divides by the number of rows that it met.
    var isCondition: Bool { state == "22012" }

    /// How often a list may be begun again that somebody else was in the way of.
    ///
    /// Of a deadlock one hears after a second; a conflict that the engine does not settle itself, or a place that two
    /// wanted in the same moment, is over at once.
    var attempts: Int {
        switch state {
        case "40P01": 3
        case "40001", "23505": 30
        default: 0
        }
    }

    /// Whether another attempt will be refused as well, until somebody changes something.
    var isLasting: Bool { state.hasPrefix("28") || state.hasPrefix("3D") || state.isEmpty }

    /// The server ended the conversation in the middle, so that what it was doing is in doubt.
    var isSevering: Bool { state.hasPrefix("08") || state.hasPrefix("57P") || state == "40003" || state.isEmpty }
}

extension PostgresFailure: CustomStringConvertible {
    package var description: String { state.isEmpty ? message : "PostgreSQL \(state): \(message)" }
}

extension StoreFailure {
    /// What a caller can make of it.
    init(_ failure: PostgresFailure) {
        self =
            switch failure.state {
            case PostgresFailure.overloaded.state: .overloaded
            case PostgresFailure.unknown.state, "40003": .unknown
            case "53100": .full
            case "25006": .readOnly
            case "40001", "40P01", "55P03", "57014": .busy
            case let state where state.hasPrefix("58"): .inputOutput
            case let state where ["22", "23", "26", "42", "XX"].contains(state.prefix(2)): .corrupt(failure.description)
            default: .unavailable
            }
    }
}

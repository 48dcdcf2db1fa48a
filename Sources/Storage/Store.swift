package import Consents
package import OAuth
package import Text

/// What a store must do: answer questions, and make lists of changes wholly or not at all.
package protocol Store: GrantReader, SessionReader, ConsentReader, AccessReader, LogoutReader,
    RegistrationReader, StatusReader
{
    /// Whether other processes change what is kept here, so that nobody may remember what it said.
    var isShared: Bool { get }

    /// Answers what nothing will be committed on: as of this moment or later, and perhaps from another server.
    ///
    /// What was committed before this is asked for is seen, whoever committed it.
    func reading() -> any AnswerReader

    /// Makes all changes in order, or none.
    ///
    /// Where a list is overtaken, the remedy of that refusal is made in the place of the list and in the
    /// same transaction: a code that comes twice ends its family, and no crash can come between.
    ///
    /// When this returns `.kept`, the changes survive `kill -9` and a power cut.
    func commit(_ changes: [Change]) async throws(StoreFailure) -> CommitResult

    /// The entries of the ledger that come after this number, in order, at most `limit` of them.
    func ledger(after sequence: Int, limit: Int) async throws(StoreFailure) -> [LedgerEntry]

    /// Removes what has been over for so long that no answer depends on it, in one small bite.
    ///
    /// - Returns: How many rows went; zero when there is nothing left to do.
    func sweep(at now: Timestamp, limit: Int) async throws(StoreFailure) -> Int
}

/// The questions of those who only want to know.
package typealias AnswerReader = GrantReader & StatusReader

/// The changes of both cores, in the order in which they are to be made.
package enum Change: Sendable, Hashable {
    case oauth(OAuth.Change)
    case consent(ConsentChange)
    /// Takes a key for a registration, if it is free at this moment.
    case takeKey(IdempotencyRecord, at: Timestamp)
    case access(AccessChange)
    case logout(LogoutChange)
    case registration(RegistrationChange)
}

/// What became of a list of changes.
package enum CommitResult: Sendable, Hashable {
    case kept
    /// The condition of this change did not hold; nothing was changed but what its refusal remedies.
    case overtaken(Change)
}

extension Change {
    /// What the one who lost the race is told at an OAuth endpoint.
    package var refusal: Refusal {
        switch self {
        case .oauth(let change): change.refusal
        case .consent, .takeKey, .access, .logout: .interactionOver
        case .registration: .temporarilyUnavailable
        }
    }
}

extension Store {
    package var isShared: Bool { false }

    package func reading() -> any AnswerReader { self }

    /// Commits changes of the protocol alone.
    package func commit(_ changes: [OAuth.Change]) async throws(StoreFailure) -> CommitResult {
        guard !changes.isEmpty else { return .kept }
        return try await commit(changes.map { Change.oauth($0) })
    }

    /// The bridge between the cores: a consent, as the protocol asks about it.
    package func standing(
        of intent: Identifier<Intent>,
        at now: Timestamp
    ) async throws(StoreFailure) -> Standing? {
        try await consent(Identifier(intent.text)).map { $0.standing(at: now) }
    }
}

extension Consent {
    package func standing(at now: Timestamp) -> Standing {
        Standing(
            client: Identifier(thirdParty.text),
            person: authorisation.map { Identifier($0.person.text) },
            isInForce: isInForce(at: now),
            expires: lifetime.expires
        )
    }
}

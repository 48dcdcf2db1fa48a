package import Text

/// Why a server of PostgreSQL is not used.
///
/// Assent does not start, and a person reads the sentence.
package enum PostgresOpeningFailure: Error, Sendable, Hashable {
    case notAnAddress
    case connectionsOutOfRange
    /// This program was built without libpq.
    case notBuilt
    case tooOld(version: Int64)
    /// What is acknowledged would not be on a disk.
    case notDurable
    /// Texts are UTF-8.
    case notUTF8(encoding: WireText)
    /// A migration of a later release has changed what this one relies on.
    case newer(least: Int, known: Int)
    /// There are migrations to be made, and the caller wanted none made.
    case older(missing: Int)
    /// What is to answer in the place of the database belongs to another one.
    case foreignReplica(server: String)
    /// A node has seen a later state of the database than the server has.
    case setBack(witness: String?)
    case witnessNotWritable(String)
    case failed(PostgresFailure)

    /// What is wrong, and what would be right.
    package var sentence: String {
        switch self {
        case .notAnAddress: "a server of PostgreSQL is named by a URI that begins with postgresql://"
        case .connectionsOutOfRange:
            "PostgreSQL is given \(PostgresAddress.connectionsAllowed.lowerBound) to "
                + "\(PostgresAddress.connectionsAllowed.upperBound) connections"
        case .notBuilt: "this program was built without PostgreSQL; build it with `swift build --traits PostgreSQL`"
        case .tooOld(let version): "the server's version is \(version); 150000 is the oldest that will do"
        case .notDurable: "the server acknowledges what is on no disk yet: synchronous_commit is off"
        case .notUTF8(let encoding): "the database has the encoding \(encoding); it must be UTF8"
        case .newer(let least, let known):
            "the database needs \(least) migrations to be known, and this release knows \(known)"
        case .older(let missing): "the database lacks \(missing) migrations"
        case .foreignReplica(let server):
            "\(server) belongs to another cluster than the database, or its URI names another database or schema"
        case .setBack(let witness):
            "the server has not all that this node has seen; "
                + "if it was taken back in time knowingly, `assent migrate --restored` ends what was handed out since"
                + (witness.map { ", and if it is another database, remove \($0)" } ?? "")
        case .witnessNotWritable(let path): "\(path) cannot be written"
        case .failed(let failure): "\(failure)"
        }
    }

    /// The same for whoever hears only of failures.
    var failure: PostgresFailure {
        guard case .failed(let failure) = self else { return PostgresFailure(message: sentence) }
        return failure
    }
}

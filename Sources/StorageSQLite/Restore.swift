import Glibc
package import Storage
import Text

/// Puts a copy in the place of a database, once it is proved that the copy is good.
package enum Restore {
    /// What a sound copy holds.
    package struct Contents: Sendable, Hashable {
        package let ledger: LedgerHead
        /// How many migrations it lacks, which the server makes up for when it starts.
        package let missingMigrations: Int
    }

    /// Reads the whole copy: every page, the tables, and the ledger with the consents that it tells of.
    package static func verify(_ copy: DatabasePath) throws(RestoreFailure) -> Contents {
        let had: Int
        do throws(OpeningFailure) {
            guard try copy.inspect() == .database else { throw .missing(path: copy.string) }
            let connection = try Connection(reading: copy)
            let opening = Opening(path: copy, migrations: Migrations.all, now: Timestamp(0), acceptsClock: false)
            try opening.requireSchema(of: connection)
            had = try opening.attempt { () throws(SQLiteFailure) in
                let result = try connection.first("PRAGMA integrity_check(1)") { row throws(SQLiteFailure) in
                    try row.text(0)
                }
                guard result == "ok" else { throw .corrupt("\(result ?? "no answer")") }
                return try Migrations.names(in: connection).count
            }
        } catch { throw .unusable(error) }
        let ledger: LedgerFile
        do { ledger = try LedgerFile(copy) } catch { throw .unusable(error) }
        let head: LedgerHead
        switch ledger.verify() {
        case .success(let whole): head = whole
        case .failure(let place): throw .ledgerBroken(path: copy.string, place)
        }
        let apart: String?
        do { apart = try ledger.consentApart()?.text.string } catch {
            throw .unusable(.failed(path: copy.string, error))
        }
        if let apart { throw .consentApart(apart) }
        return Contents(ledger: head, missingMigrations: Migrations.all.count - had)
    }

    /// Copies a proved copy to where a server will look for it, and keeps what stood there.
    ///
    /// The place is taken as a server takes it, so that none can be running there. What stood there goes aside with its
    /// log: a log that stayed would be read into a database that it does not belong to.
    ///
    /// - Returns: Where the old database is now, if there was one.
    package static func put(_ copy: DatabasePath, in place: DatabasePath) throws(RestoreFailure) -> String? {
        do throws(OpeningFailure) {
            let lock = try FileLock(for: place)
            let fresh = try DatabasePath(place.string + ".restoring")
            let aside = try DatabasePath(place.string + ".replaced")
            guard !aside.exists, !(try DatabasePath(aside.log)).exists else { throw .exists(path: aside.string) }
            unsafe unlink(fresh.string)
            try Backup.copy(copy, to: fresh)
            let isReplaced = place.exists
            if isReplaced {
                unsafe unlink(place.string + "-shm")
                if try DatabasePath(place.log).exists { try move(place.log, to: aside.log) }
                try move(place.string, to: aside.string)
            }
            try move(fresh.string, to: place.string)
            place.synchronizeDirectory()
            _ = consume lock
            return isReplaced ? aside.string : nil
        } catch { throw .unusable(error) }
    }

    private static func move(_ path: String, to target: String) throws(OpeningFailure) {
        guard unsafe rename(path, target) == 0 else { throw .notReadable(path: path, errno: errno) }
    }
}

/// Why a copy is not put in the place of a database.
package enum RestoreFailure: Error, Sendable, Hashable {
    case unusable(OpeningFailure)
    case ledgerBroken(path: String, LedgerBreak)
    /// Of which the ledger tells otherwise.
    case consentApart(String)

    /// One line for the terminal.
    package var sentence: String {
        switch self {
        case .unusable(let failure): failure.sentence
        case .ledgerBroken(let path, .missing(let sequence)):
            "\(path): the ledger breaks at entry \(sequence): it is missing"
        case .ledgerBroken(let path, .altered(let sequence)):
            "\(path): the ledger breaks at entry \(sequence): it is not what was written"
        case .consentApart(let consent): "the consent \(consent) is not as its last entry in the ledger says"
        }
    }
}

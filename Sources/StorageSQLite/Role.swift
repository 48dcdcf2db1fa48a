import CSQLite

/// What a connection is for, and therefore how it is set.
package enum Role: Sendable {
    /// The one connection that writes, and that alone moves the log into the file.
    case writer
    /// Answers questions on the caller's thread.
    case reader
    /// Marks an empty file as ours, before anything else is in it.
    case maker
    /// Receives a copy, which nobody reads before it is checked.
    case copy

    var flags: Int32 {
        // Each connection has one user at a time, so SQLite need not lock it. No URI: a path is a path.
        let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        return switch self {
        case .writer, .maker, .copy: common | SQLITE_OPEN_READWRITE
        case .reader: common | SQLITE_OPEN_READONLY
        }
    }

    /// How long SQLite waits for a lock that somebody outside this process may hold.
    var busyMilliseconds: Int32 {
        switch self {
        case .writer, .maker, .copy: 5_000
        // A reader waits on a loop that serves others; it meets a lock only in the moment of a recovery.
        case .reader: 500
        }
    }

    /// How long emptying the log waits for readers.
    static let checkpointMilliseconds: Int32 = 100

    /// Sizes of caches are negative KiB.
    ///
    /// They are small because the pages are in the system's cache anyway.
    var pragmas: [StaticString] {
        let common: [StaticString] = [
            "PRAGMA cell_size_check = ON",
            "PRAGMA temp_store = MEMORY",
            // A page that the disk cannot give would arrive as a signal and not as an error.
            "PRAGMA mmap_size = 0",
        ]
        return switch self {
        case .writer:
            common + [
                "PRAGMA journal_mode = WAL",
                // Every commit is on the disk before it is answered. NORMAL loses the last ones in a power cut.
                "PRAGMA synchronous = FULL",
                // Zeroes what is deleted where that costs no further write.
                "PRAGMA secure_delete = FAST",
                // The writer checkpoints between groups, when nobody waits for the group any more.
                "PRAGMA wal_autocheckpoint = 0",
                // After a long reader let the log grow, it shrinks again.
                "PRAGMA journal_size_limit = 16777216",
                "PRAGMA cache_size = -2048",
            ]
        case .reader:
            common + [
                "PRAGMA query_only = ON",
                "PRAGMA wal_autocheckpoint = 0",
                "PRAGMA cache_size = -256",
            ]
        case .maker, .copy:
            common + ["PRAGMA synchronous = FULL", "PRAGMA cache_size = -256"]
        }
    }
}

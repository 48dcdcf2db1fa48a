import Text

/// When the log is moved into the database file.
///
/// SQLite would do it inside a commit. We do it after the commit is answered, on the one connection
/// that may: before 3.51.3 two connections that checkpoint at once can damage the file.
struct CheckpointPlan {
    private var next = Limits.checkpointFrames

    mutating func checkpoint(_ connection: Connection) throws(SQLiteFailure) {
        let frames = connection.logFrames
        guard frames >= next else {
            // The log began anew, so the plan does.
            if frames < Limits.checkpointFrames { next = Limits.checkpointFrames }
            return
        }
        _ = try connection.checkpoint()
        // The log begins anew when no reader looks at it. Until then a try for every page would be two
        // waits for the disk each, so the next one is as far away; and some force comes before it fills the disk.
        next = frames + Limits.checkpointFrames
        if frames >= Limits.logFrames { _ = try connection.checkpoint(emptying: true) }
    }
}

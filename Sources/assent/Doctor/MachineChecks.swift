import Net
import Text

/// What a server needs of its machine.
enum MachineChecks {
    static func clock(seen: Timestamp?) -> Finding {
        let now = SystemClock.now
        if let seen, seen.since(now) > Int64(Limits.clockSetBackSeconds) {
            return .failure(
                "clock",
                "It is \(now.rfc3339), and the database has seen \(seen.rfc3339).",
                do: "Set the clock; if the database saw a wrong one, start once with --accept-clock."
            )
        }
        guard SystemClock.isKept else {
            return .warning(
                "clock",
                "It is \(now.rfc3339), and nobody keeps the clock right as far as the kernel knows.",
                do: "Have chrony or systemd-timesyncd run: tokens of others are refused by a clock that is wrong."
            )
        }
        return .good("clock", "It is \(now.rfc3339), kept right by a time server.")
    }

    static var descriptors: Finding {
        let limit = ProcessFigures.descriptorLimit
        guard limit >= leastDescriptors else {
            return .warning(
                "descriptors",
                "A process started from here may have \(limit) descriptors open.",
                do: "Every connection takes one: LimitNOFILE=65536 in the unit, or ulimit -Hn."
            )
        }
        return .good("descriptors", "A process started from here may have \(limit) descriptors open.")
    }

    /// - Parameter folder: Where the database is, or will be.
    static func disk(_ folder: String) -> [Finding] {
        guard let system = FileSystem(at: folder) else {
            return [.failure("disk", "\(folder) is not there.", do: "Make it, for the user that the server runs as.")]
        }
        return [room(system, folder), promises(system, folder)]
    }

    private static func room(_ system: FileSystem, _ folder: String) -> Finding {
        let seen = "\(folder) has \(system.freeBytes / mebibyte) MiB left of \(system.bytes / mebibyte)."
        if system.freeBytes < tooLittle {
            return .failure("disk", seen, do: "Make room: without it every change is refused with 503.")
        }
        if system.freeBytes < little { return .warning("disk", seen, do: "Make room before it is needed.") }
        return .good("disk", seen)
    }

    /// What is acknowledged must be on the disk; whether a disk lies nobody can see from here.
    private static func promises(_ system: FileSystem, _ folder: String) -> Finding {
        let id = "disk.promises"
        switch system.kind {
        case .local: break
        case .memory:
            return .failure(
                id,
                "\(folder) is in memory.",
                do: "Put the database on a disk: this ends with the machine."
            )
        case .remote(let name):
            return .failure(
                id,
                "\(folder) is on another machine, by \(name).",
                do: "Put the database on a disk of this machine: SQLite's locks and waits do not hold over a network."
            )
        case .layered:
            return .warning(
                id,
                "\(folder) is a layer of a container.",
                do: "Mount a volume there: this ends with the container."
            )
        case .program:
            return .warning(
                id,
                "\(folder) is served by a program (FUSE).",
                do: "Ask who wrote it whether fsync waits for the disk; put the database elsewhere if nobody knows."
            )
        }
        if let option = carelessOption(folder) {
            return .failure(
                id,
                "\(folder) is mounted with \(option).",
                do: "Mount it without: a power cut takes what was acknowledged."
            )
        }
        return .good(id, "\(folder) is on a disk of this machine, and nothing says that fsync does not wait for it.")
    }

    /// What an administrator may have chosen for speed, of the mount that the folder is on.
    private static func carelessOption(_ folder: String) -> String? {
        guard let bytes = try? File.read("/proc/self/mounts"), let path = File.realPath(folder) else { return nil }
        var best = ("", Substring())
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 3 else { continue }
            let point = String(words[1])
            guard path == point || path.hasPrefix(point == "/" ? "/" : point + "/"),
                point.utf8.count >= best.0.utf8.count
            else { continue }
            best = (point, words[3])
        }
        return best.1.split(separator: ",").first { ["nobarrier", "barrier=0"].contains($0) }.map(String.init)
    }

    private static let leastDescriptors = 4_096
    private static let mebibyte: UInt64 = 1_048_576
    private static let tooLittle = 100 * mebibyte
    private static let little = 1_024 * mebibyte
}

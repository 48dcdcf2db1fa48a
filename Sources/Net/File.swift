internal import CLinux

/// Whole files, read and written with a bound: the only door to the disk but for the stores.
package enum File {
    /// All bytes of a file.
    ///
    /// - Throws: `fileTooLarge` before more than `limit` bytes were read.
    package static func read(_ path: String, limit: Int = 1_048_576) throws(NetFailure) -> [UInt8] {
        let file = try Socket(owning: unsafe assent_open_for_reading(path), from: "open \(path)")
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe CLinux.read(file.descriptor, &piece, piece.count)
            if count < 0, SystemError.last == EINTR { continue }
            guard count >= 0 else { throw .system("read \(path)", SystemError.last) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= limit else { throw .fileTooLarge(path) }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// Puts a file in place at once: after a crash there is the old one or the new one, whole.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(NetFailure) {
        let draft = "\(path).new"
        unsafe unlink(draft)
        try create(draft, bytes, mode)
        guard unsafe rename(draft, path) == 0 else { throw .system("rename \(draft)", SystemError.last) }
        try synchronizeFolder(of: path)
    }

    /// Puts a file in place whole, unless there is one of this name; two who try at once do not meet.
    ///
    /// - Returns: Whether it is this one that is there now.
    package static func writeNew(_ bytes: [UInt8], to path: String, mode: UInt32) throws(NetFailure) -> Bool {
        let draft = "\(path).\(getpid()).new"
        unsafe unlink(draft)
        try create(draft, bytes, mode)
        defer { unsafe unlink(draft) }
        guard unsafe link(draft, path) == 0 else {
            if SystemError.last == EEXIST { return false }
            throw .system("link \(draft)", SystemError.last)
        }
        try synchronizeFolder(of: path)
        return true
    }

    /// Moves a file within its file system; after a crash it is at one of the two places.
    package static func move(_ path: String, to target: String) throws(NetFailure) {
        guard unsafe rename(path, target) == 0 else { throw .system("rename \(path)", SystemError.last) }
        try synchronizeFolder(of: target)
        try synchronizeFolder(of: path)
    }

    /// The right to be the one who changes things in a folder, as long as the value lives; who comes second waits.
    ///
    /// The system takes it back when the process ends, however it ends, and nothing stays in the folder.
    package static func lock(_ folder: String) throws(NetFailure) -> FolderLock {
        let lock = FolderLock(try Socket(owning: unsafe assent_open_for_reading(folder), from: "open \(folder)"))
        while flock(lock.folder.descriptor, LOCK_EX) != 0 {
            guard SystemError.last == EINTR else { throw .system("lock \(folder)", SystemError.last) }
        }
        return lock
    }

    /// A folder that is locked.
    package final class FolderLock: Sendable {
        fileprivate let folder: Socket

        fileprivate init(_ folder: Socket) { self.folder = folder }
    }

    /// Removes a file, if it is there.
    package static func remove(_ path: String) throws(NetFailure) {
        guard unsafe unlink(path) == 0 || SystemError.last == ENOENT else {
            throw .system("unlink \(path)", SystemError.last)
        }
    }

    /// A name is durable once its folder is.
    private static func synchronizeFolder(of path: String) throws(NetFailure) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let parent = try Socket(
            owning: unsafe assent_open_for_reading(folder.isEmpty ? "/" : folder),
            from: "open \(folder)"
        )
        guard fsync(parent.descriptor) == 0 else { throw .system("fsync \(folder)", SystemError.last) }
    }

    /// The names in a folder, in order, without those that begin with a dot.
    package static func names(in folder: String) throws(NetFailure) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw .system("open \(folder)", SystemError.last) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe String(cString: assent_entry_name(entry))
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The path without links, `.` and `..`; `nil` where nothing is there.
    package static func realPath(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    package static func exists(_ path: String) -> Bool {
        unsafe CLinux.access(path, F_OK) == 0
    }

    /// Says why a file cannot be read, where it cannot.
    package static func requireReadable(_ path: String) throws(NetFailure) {
        _ = try Socket(owning: unsafe assent_open_for_reading(path), from: "open \(path)")
    }

    /// Makes a folder and those above it that are missing.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(NetFailure) {
        if exists(path) { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeFolder(String(path[..<slash]), mode: mode)
        }
        guard unsafe mkdir(path, mode) == 0 || SystemError.last == EEXIST else {
            throw .system("mkdir \(path)", SystemError.last)
        }
    }

    /// Who may touch a file.
    package struct Access: Sendable, Hashable {
        /// The permission bits.
        package let mode: UInt32
        package let isOwnedByUs: Bool
        package let isRegular: Bool
        package let isFolder: Bool

        /// Whether anybody but its owner may read or write it.
        package var isOpenToOthers: Bool { mode & 0o077 != 0 }

        /// Whether anybody but its owner may write it.
        package var isWritableByOthers: Bool { mode & 0o022 != 0 }
    }

    /// What the file itself says, and not what a link points to.
    package static func access(of path: String) throws(NetFailure) -> Access {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .system("stat \(path)", SystemError.last) }
        let kind = status.st_mode & mode_t(S_IFMT)
        return Access(
            mode: status.st_mode & 0o7777,
            isOwnedByUs: status.st_uid == geteuid(),
            isRegular: kind == mode_t(S_IFREG),
            isFolder: kind == mode_t(S_IFDIR)
        )
    }

    private static func create(_ path: String, _ bytes: [UInt8], _ mode: UInt32) throws(NetFailure) {
        let file = try Socket(owning: unsafe assent_create(path, mode), from: "create \(path)")
        try write(bytes, to: file)
        guard fsync(file.descriptor) == 0 else { throw .system("fsync \(path)", SystemError.last) }
    }

    private static func write(_ bytes: [UInt8], to file: Socket) throws(NetFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { buffer in
                unsafe CLinux.write(file.descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0, SystemError.last == EINTR { continue }
            guard count > 0 else { throw .system("write", SystemError.last) }
            rest = rest.dropFirst(count)
        }
    }
}

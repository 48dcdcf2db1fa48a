import Foundation
import Net
import Testing

struct FileTests {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "assent-file-" + UUID().uuidString
        try File.makeFolder(folder + "/a/b")
    }

    @Test func `a file is read as it was written, with the mode that was asked for`() throws {
        let path = folder + "/secret"
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try File.write(bytes, to: path, mode: 0o600)
        #expect(try File.read(path) == bytes)
        let access = try File.access(of: path)
        #expect(access.mode == 0o600)
        #expect(access.isRegular && access.isOwnedByUs && !access.isOpenToOthers && !access.isWritableByOthers)
    }

    @Test func `a file is replaced whole, and no draft is left`() throws {
        let path = folder + "/config"
        try File.write([1, 2, 3], to: path)
        try File.write([4], to: path)
        #expect(try File.read(path) == [4])
        #expect(try File.names(in: folder) == ["a", "config"])
    }

    @Test func `a file beyond the bound is refused`() throws {
        let path = folder + "/large"
        try File.write(Array(repeating: 7, count: 100), to: path)
        #expect(try File.read(path, limit: 100).count == 100)
        #expect(throws: NetFailure.fileTooLarge(path)) { try File.read(path, limit: 99) }
        #expect(throws: NetFailure.fileTooLarge("/dev/zero")) { try File.read("/dev/zero") }
    }

    @Test func `what cannot be read says which file and why`() throws {
        let path = folder + "/absent"
        for body in [{ _ = try File.read(path) }, { try File.requireReadable(path) }] as [() throws -> Void] {
            let failure = #expect(throws: NetFailure.self) { try body() }
            #expect(failure?.description == "open \(path): No such file or directory")
        }
        #expect(!File.exists(path))
    }

    @Test func `a draft that a link stands for is not followed`() throws {
        let path = folder + "/target"
        let elsewhere = folder + "/a/elsewhere"
        symlink(elsewhere, path + ".new")
        try File.write([1], to: path)
        #expect(!File.exists(elsewhere))
        #expect(try File.access(of: path).isRegular)
    }

    @Test func `who may touch a file is asked of the file and not of what it points to`() throws {
        let path = folder + "/link"
        symlink("/etc/passwd", path)
        #expect(try !File.access(of: path).isRegular)
        #expect(try File.access(of: folder).isFolder)
    }

    @Test(arguments: [(0o640, true, false), (0o604, true, false), (0o620, true, true), (0o400, false, false)])
    func `a mode says who is let in`(mode: Int, isOpen: Bool, isWritable: Bool) throws {
        let path = folder + "/mode"
        try File.write([], to: path)
        chmod(path, mode_t(mode))
        #expect(try File.access(of: path).isOpenToOthers == isOpen)
        #expect(try File.access(of: path).isWritableByOthers == isWritable)
    }
}

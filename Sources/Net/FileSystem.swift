internal import CLinux

/// What a file lies on.
package struct FileSystem: Sendable, Hashable {
    package let freeBytes: UInt64
    package let bytes: UInt64
    package let kind: Kind

    /// What is known of its promises.
    package enum Kind: Sendable, Hashable {
        /// On disks of this machine, or of a kind that nothing is known against.
        case local
        /// In memory: gone with the machine.
        case memory
        /// On another machine, by the name of its protocol: locks and fsync are what that machine makes of them.
        case remote(String)
        /// A layer over others, as in a container: gone with the container.
        case layered
        /// Served by a program, whose promises nobody knows.
        case program
    }

    /// The file system that a path is on; `nil` where the path is not there.
    package init?(at path: String) {
        var room: UInt64 = 0
        var size: UInt64 = 0
        var type: UInt32 = 0
        guard unsafe assent_file_system(path, &room, &size, &type) == 0 else { return nil }
        freeBytes = room
        bytes = size
        // The numbers are those of linux/magic.h.
        kind =
            switch type {
            case 0x0102_1994, 0x8584_58F6: .memory
            case 0x6969: .remote("NFS")
            case 0xFF53_4D42, 0xFE53_4D42, 0x517B: .remote("SMB")
            case 0x0102_1997: .remote("9P")
            case 0x00C3_6400: .remote("Ceph")
            case 0x794C_7630: .layered
            case 0x6573_5546: .program
            default: .local
            }
    }
}

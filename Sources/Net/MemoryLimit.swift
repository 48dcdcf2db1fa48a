internal import CLinux
internal import Text

/// How much memory this process may still take before the system ends it.
enum MemoryLimit {
    /// Bytes up to the nearer limit of the process and of its container; `nil` where there is none.
    static func left() -> Int? {
        [addressSpaceLeft(), containerLeft()].compactMap(\.self).min()
    }

    private static func addressSpaceLeft() -> Int? {
        var limit = rlimit()
        guard unsafe assent_get_address_space_limit(&limit) == 0, limit.rlim_cur < rlim_t(Int.max),
            let pages = numbers(in: "/proc/self/statm").first
        else { return nil }
        return max(0, Int(limit.rlim_cur) - pages * sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Of both versions of control groups, as a container sees its own.
    private static func containerLeft() -> Int? {
        for (most, used) in [
            ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
        ] {
            // No limit is a word in the one and an absurd number in the other.
            if let most = numbers(in: most).first, most < 1 << 50, let used = numbers(in: used).first {
                return max(0, most - used)
            }
        }
        return nil
    }

    private static func numbers(in path: String) -> [Int] {
        guard let bytes = try? File.read(path, limit: 4_096), let text = WireText(bytes) else { return [] }
        return text.string.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    }
}

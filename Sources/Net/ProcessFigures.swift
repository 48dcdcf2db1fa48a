internal import CLinux

/// What the system says of this process.
package enum ProcessFigures {
    package static var cpuNanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Memory that is in use; `nil` where `/proc` is not there to ask.
    package static var residentBytes: Int64? {
        guard let bytes = try? File.read("/proc/self/statm", limit: 4_096) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard words.count > 1, let pages = Int64(words[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Descriptors that are open, without the one that looks.
    package static var openDescriptors: Int? {
        (try? File.names(in: "/proc/self/fd")).map { $0.count - 1 }
    }

    /// Descriptors that this process may open when it has raised its limit as far as it can.
    package static var descriptorLimit: Int {
        var limit = rlimit()
        guard unsafe assent_get_descriptor_limit(&limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_max)
    }
}

internal import CLinux
internal import Text

/// How many descriptors this process may have open.
enum DescriptorLimit {
    /// For the store, its journals, the log and files read again: connections never take these.
    ///
    /// Not only good manners: libdispatch, below Swift's concurrency, ends the process when it cannot open
    /// the state of a thread under `/proc`.
    private static let reserved = 64

    /// Raises the limit as far as the system lets us, and says what is left for connections.
    static func raise() -> Int {
        var limit = rlimit()
        guard unsafe assent_get_descriptor_limit(&limit) == 0 else { return 1_024 - reserved }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if unsafe assent_set_descriptor_limit(&raised) == 0 { limit = raised }
        }
        return max(Int(clamping: limit.rlim_cur) - reserved, 1)
    }
}

extension ConnectionLimits {
    /// No more connections on each loop than there are descriptors for, and no more at work than there is memory for.
    func bounded(forLoops count: Int) -> ConnectionLimits {
        var limits = self
        limits.connectionsPerLoop = min(connectionsPerLoop, max(DescriptorLimit.raise() / count, 1))
        if let left = MemoryLimit.left() {
            // A quarter is for everything else.
            let busy = left / 4 * 3 / Limits.busyConnectionBytes / count
            limits.busyPerLoop = min(busyPerLoop, max(busy, Limits.busyConnectionsAtLeast))
        }
        return limits
    }
}

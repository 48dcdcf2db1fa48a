internal import CLinux
package import Text

/// The time that the machine has, which an operator or a time server may set back.
package enum SystemClock {
    package static var now: Timestamp {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(Int64(now.tv_sec))
    }

    /// For lengths of time: nobody sets it, and it costs no call into the kernel.
    package static var steadyNanoseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Whether a time server keeps it right, as far as the kernel was told.
    package static var isKept: Bool { assent_clock_is_kept() != 0 }

    /// How long the machine has run, its sleep included, which nobody can set.
    package static var uptimeMilliseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

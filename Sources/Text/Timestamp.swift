/// Whole seconds since 1970-01-01T00:00:00Z, as a JWT's NumericDate counts them.
///
/// Arithmetic stops at the ends of the range instead of trapping, because lifetimes come from outside.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let seconds: Int64

    package init(_ seconds: Int64) {
        self.seconds = seconds
    }

    package static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    package static func + (left: Self, seconds: Int) -> Timestamp {
        let (sum, overflow) = left.seconds.addingReportingOverflow(Int64(seconds))
        return Timestamp(overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    package static func - (left: Self, seconds: Int) -> Timestamp {
        let (difference, overflow) = left.seconds.subtractingReportingOverflow(Int64(seconds))
        return Timestamp(overflow ? (seconds < 0 ? .max : .min) : difference)
    }

    /// Seconds from `earlier` to this moment; negative where this one is the earlier.
    package func since(_ earlier: Timestamp) -> Int64 {
        let (difference, overflow) = seconds.subtractingReportingOverflow(earlier.seconds)
        return overflow ? (seconds < earlier.seconds ? .min : .max) : difference
    }
}

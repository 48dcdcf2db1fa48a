/// Lengths of time as decimal seconds, exact to the microsecond and never in powers of ten.
enum DecimalSeconds {
    static func text(nanoseconds: Int64) -> String {
        let microseconds = max(nanoseconds, 0) / 1_000
        return "\(microseconds / 1_000_000).\(fraction(microseconds: microseconds % 1_000_000))"
    }

    /// Six digits.
    static func fraction(microseconds: Int64) -> String {
        let digits = String(microseconds)
        return String(repeating: "0", count: max(6 - digits.utf8.count, 0)) + digits
    }
}

/// How often something may happen: so often a second in the long run, and so often at once after a pause.
///
/// The generic cell rate algorithm of ITU-T I.371: what somebody has used is one number, the moment from which on
/// they may come again, and nothing has to be filled up while nobody asks.
package struct RateLimit: Sendable, Hashable {
    /// In the long run.
    package let perSecond: Int
    /// At once, after a pause.
    package let burst: Int

    /// The highest number that can be configured, far above what a machine answers.
    package static let highest = 1_000_000

    /// A limit; neither number is below 1.
    package init(perSecond: Int, burst: Int) {
        self.perSecond = max(1, perSecond)
        self.burst = max(1, burst)
    }

    /// What one of so many may give, that all of them together give no more than this.
    ///
    /// Neither number is below 1, so that a limit that is smaller than the number of nodes is exceeded by theirs.
    package func share(among nodes: Int) -> RateLimit {
        let nodes = max(1, nodes)
        return RateLimit(perSecond: perSecond / nodes, burst: burst / nodes)
    }

    /// What somebody has used: until when they must wait, in nanoseconds of a clock that is never set.
    ///
    /// Who has never come has used nothing.
    package struct Use: Sendable, Hashable {
        /// From then on one more may come.
        fileprivate(set) var opens: Int64 = .min

        package init() {}

        /// Whole seconds until one more may come, rounded up; `nil` where it may come now.
        package func secondsToWait(at now: Int64) -> Int? {
            guard opens > now else { return nil }
            let (wait, overflow) = opens.subtractingReportingOverflow(now)
            guard !overflow else { return .max }
            return Int((wait - 1) / Self.second + 1)
        }

        /// Whether whoever has used this may come again since longer.
        package func isEarlier(than other: Use) -> Bool { opens < other.opens }

        fileprivate static let second: Int64 = 1_000_000_000
    }

    /// Takes one where it may come now; where not, nothing changes.
    package func take(_ use: inout Use, at now: Int64) -> Bool {
        guard use.opens <= now else { return false }
        // A pause is worth a whole burst and no more.
        use.opens = max(use.opens, now - saved) + interval
        return true
    }

    /// Gives back one that was taken.
    package func giveBack(_ use: inout Use) {
        guard use.opens > .min + interval else { return }
        use.opens -= interval
    }

    /// Nanoseconds that one takes, and a little more rather than less.
    private var interval: Int64 { (Use.second - 1) / Int64(perSecond) + 1 }

    /// Nanoseconds by which somebody may be early.
    private var saved: Int64 {
        let (saved, overflow) = interval.multipliedReportingOverflow(by: Int64(burst - 1))
        return overflow ? .max / 4 : min(saved, .max / 4)
    }
}

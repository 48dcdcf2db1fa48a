package import Text

/// How often a consent was used on one day of UTC, with its person there and without.
///
/// Article 36(5)(b) of the RTS on strong customer authentication: four times a day without the person. With the person there
/// is no such rule, but whoever claims one is believed only so far.
package struct UseQuota: Sendable, Hashable {
    /// Days since 1970-01-01.
    package let day: Int64
    package let unattended: Int
    package let attended: Int

    /// A count, as a store reads it.
    package init(day: Int64, unattended: Int, attended: Int) {
        self.day = day
        self.unattended = unattended
        self.attended = attended
    }

    /// Nothing used yet.
    package static func unused(at now: Timestamp) -> UseQuota {
        UseQuota(day: day(of: now), unattended: 0, attended: 0)
    }

    /// One use more.
    package func counting(
        attended isAttended: Bool,
        within policy: ConsentTokenPolicy,
        at now: Timestamp
    ) throws(ConsentTokenRefusal) -> UseQuota {
        // A clock that is set back opens no day a second time.
        let today = max(day, Self.day(of: now))
        let unattended = (today == day ? self.unattended : 0) + (isAttended ? 0 : 1)
        let attended = (today == day ? self.attended : 0) + (isAttended ? 1 : 0)
        let isWithin = isAttended ? attended <= policy.attendedUses : unattended <= policy.unattendedUses
        guard isWithin else {
            throw .quotaSpent(until: Timestamp((today + 1) * Self.secondsADay))
        }
        return UseQuota(day: today, unattended: unattended, attended: attended)
    }

    private static func day(of moment: Timestamp) -> Int64 {
        let (day, rest) = moment.seconds.quotientAndRemainder(dividingBy: secondsADay)
        // The last day begins early enough for its end to be a time as well.
        return min(rest < 0 ? day - 1 : day, lastDay)
    }

    private static let secondsADay: Int64 = 86_400
    private static let lastDay = Int64.max / secondsADay - 1
}

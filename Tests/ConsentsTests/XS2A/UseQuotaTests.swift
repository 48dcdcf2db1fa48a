import Consents
import TestSupport
import Testing
import Text

/// Article 36(5)(b) of the RTS on strong customer authentication, and row SD-45.
struct UseQuotaTests {
    private let policy = ConsentTokenPolicy(unattendedUses: 4, attendedUses: 6)
    private static let midnight = Timestamp.noon + 43_200

    private func spent(_ attended: Bool, at now: Timestamp, from quota: UseQuota? = nil) throws -> (Int, UseQuota) {
        var quota = quota ?? .unused(at: now)
        for count in 0..<10 {
            do { quota = try quota.counting(attended: attended, within: policy, at: now) } catch {
                #expect(error == .quotaSpent(until: Self.midnight))
                return (count, quota)
            }
        }
        return (10, quota)
    }

    @Test func `SD-45 four uses a day without the person, more with them, and one kind leaves the other alone`() throws
    {
        let (unattended, quota) = try spent(false, at: .noon)
        #expect(unattended == 4)
        #expect(try spent(true, at: .noon, from: quota).0 == 6)
        #expect(try spent(true, at: .noon).0 == 6)
    }

    @Test func `SD-45 the day is UTC's, and begins anew at midnight to the second`() throws {
        let quota = try spent(false, at: .noon).1
        #expect(throws: ConsentTokenRefusal.quotaSpent(until: Self.midnight)) {
            try quota.counting(attended: false, within: policy, at: Self.midnight - 1)
        }
        let next = try quota.counting(attended: false, within: policy, at: Self.midnight)
        #expect(next.unattended == 1)
    }

    @Test func `SD-45 a clock that is set back opens no day a second time`() throws {
        let quota = try spent(false, at: .noon).1
        #expect(throws: ConsentTokenRefusal.quotaSpent(until: Self.midnight)) {
            try quota.counting(attended: false, within: policy, at: .noon - Timestamp.days(3))
        }
    }

    @Test(arguments: [Timestamp.earliest, Timestamp(-1), Timestamp(0), .latest])
    func `SD-45 there is a day for every time`(now: Timestamp) throws {
        var quota = UseQuota.unused(at: now)
        for _ in 0..<4 { quota = try quota.counting(attended: false, within: policy, at: now) }
        #expect(throws: ConsentTokenRefusal.self) { try quota.counting(attended: false, within: policy, at: now) }
    }
}

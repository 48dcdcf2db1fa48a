import OAuth
import TestSupport
import Testing
import Text

struct LoginThrottleTests {
    static let person = LoginThrottle.Subject.person("psu-anna")
    static let address = LoginThrottle.Subject.address("192.0.2.1")

    @Test(
        arguments: [
            (0, 0), (1, 0), (4, 0), (5, 2), (6, 4), (7, 8), (8, 16), (9, 32), (10, 64), (11, 128), (12, 256), (13, 300),
            (14, 300), (100, 300), (10_000, 300), (.max, 300),
        ] as [(Int, Int)]
    )
    func `CO-51 the wait of a person doubles from the fifth failure, to a bound`(failures: Int, wait: Int) {
        #expect(LoginThrottle(failures: failures, last: .noon).wait(for: Self.person, at: .noon) == wait)
    }

    @Test(arguments: [(0, 0), (20, 0), (21, 2), (28, 256), (29, 300), (.max, 300)] as [(Int, Int)])
    func `CO-51 an address may stand for a whole office`(failures: Int, wait: Int) {
        #expect(LoginThrottle(failures: failures, last: .noon).wait(for: Self.address, at: .noon) == wait)
    }

    @Test
    func `CO-51 a wait passes`() {
        let throttle = LoginThrottle(failures: 8, last: .noon)
        #expect(throttle.wait(for: Self.person, at: .noon + 1) == 15)
        #expect(throttle.wait(for: Self.person, at: .noon + 15) == 1)
        #expect(throttle.wait(for: Self.person, at: .noon + 16) == 0)
        #expect(throttle.wait(for: Self.person, at: .latest) == 0)
    }

    @Test(arguments: [1, 60, 3_600, 86_400, 1_000_000_000])
    func `CO-51 a clock that was set back makes no wait longer than the bound`(seconds: Int) {
        let throttle = LoginThrottle(failures: 100, last: .noon)
        #expect(throttle.wait(for: Self.person, at: .noon - seconds) == 300)
        #expect(LoginThrottle(failures: 5, last: .noon).wait(for: Self.person, at: .noon - seconds) == 2)
    }

    @Test
    func `CO-51 no moment and no count makes a wait that is out of bounds`() {
        let moments: [Timestamp] = [.earliest, .earliest + 1, Timestamp(-1), Timestamp(0), .noon, .latest - 1, .latest]
        for last in moments {
            for now in moments {
                for failures in [Int.min, -1, 0, 1, 4, 5, 20, 21, 64, 65, .max] {
                    for subject in [Self.person, Self.address] {
                        let wait = LoginThrottle(failures: failures, last: last).wait(for: subject, at: now)
                        #expect((0...300).contains(wait))
                    }
                }
            }
        }
    }

    @Test
    func `CO-51 each further failure waits at least as long as the one before`() {
        for subject in [Self.person, Self.address] {
            let waits = (0...50).map { LoginThrottle(failures: $0, last: .noon).wait(for: subject, at: .noon) }
            #expect(waits == waits.sorted())
        }
    }

    @Test
    func `CO-51 nobody is locked out for longer than the failures are remembered`() {
        let throttle = LoginThrottle(failures: .max, last: .noon)
        #expect(throttle.wait(for: Self.person, at: .noon + LoginThrottle.memorySeconds) == 0)
    }

    @Test
    func `a person and an address of one name are counted apart`() {
        #expect(LoginThrottle.Subject.person("x").key == "person:x")
        #expect(LoginThrottle.Subject.address("x").key == "address:x")
        #expect(LoginThrottle.Subject.person("address:x").key != LoginThrottle.Subject.address("x").key)
    }
}

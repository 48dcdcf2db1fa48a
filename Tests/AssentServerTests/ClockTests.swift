import AssentServer
import Synchronization
import TestSupport
import Testing
import Text

struct ClockTests {
    private let machine = HandSetTime(.noon)

    @Test func `time passes as the machine says`() {
        let clock = Clock { [machine] in machine.reading }
        #expect(clock.now == .noon)
        machine.pass(seconds: 90)
        #expect(clock.now == .noon + 90)
        machine.set(.noon + Timestamp.days(3_650))
        #expect(clock.now == .noon + Timestamp.days(3_650))
        #expect(!clock.isSetBack)
    }

    @Test(arguments: [1, 300, 3_600, Timestamp.days(3_650)])
    func `ST-50 a machine that is set back does not take our time back, nor does it stop it`(seconds: Int) {
        let clock = Clock { [machine] in machine.reading }
        machine.set(.noon - seconds)
        #expect(clock.now == .noon)
        for passed in 1...120 {
            machine.pass(seconds: 1)
            #expect(clock.now == .noon + passed)
        }
        #expect(clock.secondsSetBack == Int64(seconds))
        #expect(clock.isSetBack == (seconds > 300))
        // Corrected, it is as if nothing had been.
        machine.set(.noon + 120)
        #expect(clock.now == .noon + 120)
        #expect(clock.secondsSetBack == 0)
    }

    @Test func `ST-50 a machine that starts before the last time seen goes on from there`() {
        let clock = Clock { [machine] in machine.reading }
        clock.require(atLeast: .noon + 301)
        #expect(clock.now == .noon + 301)
        #expect(clock.isSetBack)
        machine.pass(seconds: 1)
        #expect(clock.now == .noon + 302)
        #expect(clock.isSetBack)
        // A time server puts it right: it was behind by five minutes, and is so no more.
        machine.set(.noon + 2)
        #expect(!clock.isSetBack)
        #expect(clock.now == .noon + 302)
        machine.set(.noon + 303)
        #expect(clock.now == .noon + 303)
    }

    @Test func `an earlier time that was seen changes nothing`() {
        let clock = Clock { [machine] in machine.reading }
        clock.require(atLeast: .noon - 1)
        #expect(clock.now == .noon)
    }

    @Test func `ST-50 no date stops the process`() {
        for time in [Timestamp.earliest, Timestamp(-1), Timestamp(0), Timestamp(2_147_483_647), .latest] {
            let machine = HandSetTime(time)
            let clock = Clock { machine.reading }
            machine.pass(seconds: 10)
            #expect(clock.now >= time)
            machine.set(.noon)
            _ = clock.isSetBack
            clock.require(atLeast: .latest)
            machine.pass(seconds: 10)
            #expect(clock.now == .latest)
        }
    }

    @Test func `a machine whose running time goes back does not take our time along`() {
        let reading = MovingReading()
        let clock = Clock { reading.next() }
        var last = clock.now
        for _ in 0..<1_000 {
            let now = clock.now
            #expect(now >= last)
            last = now
        }
    }
}

/// Readings that jump to and fro, the same in every run.
private final class MovingReading: Sendable {
    private let generator = Mutex(SeededGenerator(seed: 7))

    func next() -> Clock.Reading {
        generator.withLock { generator in
            Clock.Reading(
                time: .noon + Int.random(in: 0..<10_000, using: &generator),
                uptimeMilliseconds: Int64.random(in: 0..<100_000, using: &generator)
            )
        }
    }
}

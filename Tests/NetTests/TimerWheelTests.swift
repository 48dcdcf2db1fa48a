import Net
import Testing

struct TimerWheelTests {
    @Test(arguments: [1, 2, 63, 64, 65, 1_022, 1_023])
    func `an entry comes out at its tick and not before`(ticks: UInt64) {
        var wheel = TimerWheel(now: 5_000)
        let due = wheel.insert(token(1), at: 5_000 + ticks)
        #expect(due == 5_000 + ticks)
        #expect(wheel.next == due)
        #expect(advance(&wheel, to: due - 1).isEmpty)
        #expect(advance(&wheel, to: due) == [token(1)])
        #expect(wheel.next == nil)
    }

    @Test func `an entry beyond the wheel comes out early, for its owner to put in again`() {
        var wheel = TimerWheel(now: 10)
        #expect(wheel.insert(token(1), at: 1_000_000) == 10 + 1_023)
    }

    @Test(arguments: [UInt64.min, 99, 100])
    func `an entry for the past comes out with the next tick`(tick: UInt64) {
        var wheel = TimerWheel(now: 100)
        #expect(wheel.insert(token(1), at: tick) == 101)
        #expect(advance(&wheel, to: 101) == [token(1)])
    }

    @Test func `after a long sleep everything has come out, once`() {
        var wheel = TimerWheel(now: 0)
        for number in 1...1_000 { _ = wheel.insert(token(UInt32(number)), at: UInt64(number)) }
        #expect(Set(advance(&wheel, to: 1_000_000)).count == 1_000)
        #expect(wheel.next == nil)
        #expect(wheel.now == 1_000_000)
    }

    @Test func `time does not go back`() {
        var wheel = TimerWheel(now: 50)
        #expect(advance(&wheel, to: 40).isEmpty)
        #expect(wheel.now == 50)
    }

    @Test func `a random history agrees with a sorted list`() {
        var generator = SystemRandomNumberGenerator()
        var wheel = TimerWheel(now: 0)
        var expected: [UInt64: Set<UInt32>] = [:]
        for number in 0..<20_000 as Range<UInt32> {
            let due = wheel.insert(token(number), at: wheel.now + .random(in: 1...900, using: &generator))
            expected[due, default: []].insert(number)
            guard Bool.random(using: &generator) else { continue }
            #expect(wheel.next == expected.keys.min())
            let target = wheel.now + .random(in: 1...20, using: &generator)
            let due2 = expected.keys.filter { $0 <= target }
            #expect(Set(advance(&wheel, to: target).map(\.slot)) == Set(due2.flatMap { expected[$0] ?? [] }))
            for tick in due2 { expected[tick] = nil }
        }
    }

    @Test(
        arguments: [
            (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(62), 1), (.milliseconds(63), 2), (.seconds(1), 16),
            (.seconds(-5), 0), (.seconds(Int64.max), 31_536_000 * 16),
        ] as [(Duration, UInt64)]
    )
    func `a length of time is rounded up to ticks`(duration: Duration, count: UInt64) {
        #expect(Ticks(duration).count == count)
    }

    private func token(_ slot: UInt32) -> WatchToken {
        WatchToken(slot: slot, generation: 0)
    }

    private func advance(_ wheel: inout TimerWheel, to tick: UInt64) -> [WatchToken] {
        var due: [WatchToken] = []
        wheel.advance(to: tick, into: &due)
        return due
    }
}

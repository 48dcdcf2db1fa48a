import Testing
import Text

struct RateLimitTests {
    private let second: Int64 = 1_000_000_000
    private let limit = RateLimit(perSecond: 10, burst: 5)

    /// How many of `tries` may come at one moment.
    private func taken(_ tries: Int, _ use: inout RateLimit.Use, at now: Int64) -> Int {
        var count = 0
        for _ in 0..<tries where limit.take(&use, at: now) { count += 1 }
        return count
    }

    @Test(arguments: [0, 1, 1_000_000_000, 86_400_000_000_000, Int64.max / 2])
    func `a burst may come at once, whatever the clock says, and not one more`(now: Int64) {
        var use = RateLimit.Use()
        #expect(taken(100, &use, at: now) == 5)
        #expect(use.secondsToWait(at: now) == 1)
    }

    @Test func `in the long run as many come as the limit says`() {
        var use = RateLimit.Use()
        var count = 0
        // A hundred tries a second for a hundred seconds.
        for try_ in 0..<10_000 where limit.take(&use, at: Int64(try_) * second / 100) { count += 1 }
        #expect((1_000...1_005).contains(count))
    }

    @Test func `a pause is worth a burst, and a longer pause no more than that`() {
        for pause in [1, 10, 86_400] as [Int64] {
            var use = RateLimit.Use()
            #expect(taken(100, &use, at: 0) == 5)
            #expect(taken(100, &use, at: pause * second) == 5)
        }
        var use = RateLimit.Use()
        #expect(taken(100, &use, at: 0) == 5)
        #expect(taken(100, &use, at: second / 10) == 1)
    }

    @Test(arguments: [1, 3, 7, 10, 1_000, 999_999])
    func `who waits as long as they are told is served, and not much earlier`(perSecond: Int) throws {
        let limit = RateLimit(perSecond: perSecond, burst: 2)
        var use = RateLimit.Use()
        #expect(limit.take(&use, at: 0))
        #expect(limit.take(&use, at: 0))
        #expect(!limit.take(&use, at: 0))
        let seconds = try #require(use.secondsToWait(at: 0))
        #expect(seconds == 1)
        #expect(!limit.take(&use, at: second / Int64(perSecond) - 1))
        #expect(limit.take(&use, at: Int64(seconds) * second))
    }

    @Test(arguments: [1, 2, 3, 7, 10])
    func `what nodes give together is no more than the limit, and each gives something`(nodes: Int) {
        let limit = RateLimit(perSecond: 100, burst: 10)
        let share = limit.share(among: nodes)
        #expect(share.perSecond * nodes <= 100 && share.burst * nodes <= 10)
        #expect((share.perSecond + 1) * nodes > 100 && (share.burst + 1) * nodes > 10)
        #expect(limit.share(among: 1_000) == RateLimit(perSecond: 1, burst: 1))
    }

    @Test func `a wait is told in whole seconds, rounded up`() {
        let limit = RateLimit(perSecond: 1, burst: 1)
        var use = RateLimit.Use()
        #expect(use.secondsToWait(at: 0) == nil)
        #expect(limit.take(&use, at: 0))
        #expect(use.secondsToWait(at: 0) == 1)
        #expect(use.secondsToWait(at: second - 1) == 1)
        #expect(use.secondsToWait(at: second) == nil)
        #expect(use.secondsToWait(at: -1) == 2)
    }

    @Test func `what is refused costs nothing, and what is given back can be taken again`() {
        var use = RateLimit.Use()
        #expect(taken(1_000, &use, at: 0) == 5)
        // A thousand tries have not made the wait any longer.
        #expect(limit.take(&use, at: second / 10))
        limit.giveBack(&use)
        #expect(taken(100, &use, at: second / 10) == 1)
    }

    @Test func `giving back more than was taken is worth no more than a burst`() {
        var use = RateLimit.Use()
        for _ in 0..<100 { limit.giveBack(&use) }
        #expect(taken(100, &use, at: 0) == 5)
        for _ in 0..<100 { limit.giveBack(&use) }
        #expect(taken(100, &use, at: 0) == 5)
    }

    @Test(arguments: [(0, 0), (-1, -1), (Int.max, Int.max), (1, Int.max)])
    func `no numbers stop the process`(perSecond: Int, burst: Int) {
        let limit = RateLimit(perSecond: perSecond, burst: burst)
        var use = RateLimit.Use()
        for now in [Int64.min / 2, 0, Int64.max / 2] {
            #expect(limit.take(&use, at: now))
            limit.giveBack(&use)
        }
        _ = use.secondsToWait(at: .min)
    }
}

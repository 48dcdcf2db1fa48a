import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// How the file is swept, and what it remembers of the time.
struct SweepingTests {
    private static let over = Timestamp.noon + (Timestamp.days(90) + Limits.sweepMarginSeconds)

    @Test
    func `ST-51 ten thousand rows go in small bites, and others commit in between`() async throws {
        try await withStore { store throws in
            for part in 0..<20 {
                let rows = (0..<500).map { Storage.Change.openFamily("family \(part).\($0)") }
                #expect(try await store.commit(rows) == .kept)
            }
            async let sweeping = {
                var bites: [Int] = []
                repeat { bites.append(try await store.sweep(at: Self.over, limit: 250)) } while bites.last != 0
                return bites
            }()
            var slowest = Duration.zero
            for number in 0..<50 {
                let change = Storage.Change.oauth(
                    .openFamily(.sample(id: Identifier(WireText("\(number)")), expires: .latest))
                )
                let begin = ContinuousClock.now
                #expect(try await store.commit([change]) == .kept)
                slowest = max(slowest, ContinuousClock.now - begin)
            }
            let bites = try await sweeping
            #expect(bites.max() == 250)
            #expect(bites.reduce(0, +) == 10_000)
            // The row's bound is 50 ms; a busy machine of ours may take ten times as long.
            #expect(slowest < .milliseconds(500))
            for number in 0..<50 { #expect(try store.family(Identifier(WireText("\(number)"))) != nil) }
        }
    }

    @Test
    func `ST-50 the latest time that was seen is remembered`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(store.report.seen == Timestamp(0))
                _ = try await store.sweep(at: .noon + 5, limit: 1)
                _ = try await store.sweep(at: .noon, limit: 1)
            }
            try await withStore(at: path) { store throws in #expect(store.report.seen == .noon + 5) }
        }
    }
}

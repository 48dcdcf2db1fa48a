import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// Two stores with one history look the same.
@Suite
struct WalkTests {
    @Test(arguments: UInt64(1)...12)
    func `SQLite answers as the dictionaries do, whatever happened`(seed: UInt64) async throws {
        try await withStore { sqlite in
            let memory = MemoryStore()
            var walk = StoreWalk(seed: seed)
            var kept = 0
            for step in 0..<200 {
                let list = walk.next()
                let expected = try await memory.commit(list)
                #expect(try await sqlite.commit(list) == expected, "step \(step)")
                if expected == .kept { kept += 1 }
                let left = try await Picture(of: sqlite, at: walk.time)
                let right = try await Picture(of: memory, at: walk.time)
                #expect(left == right, "step \(step)")
                guard left == right else { return }
            }
            #expect(kept > 20, "a walk that goes nowhere proves nothing")
            // Long after the end both have swept everything that can be.
            let late = walk.time + Limits.sweepMarginSeconds + 10_000
            let swept = try await memory.sweep(at: late, limit: 1_000)
            #expect(try await sqlite.sweep(at: late, limit: 1_000) == swept)
            #expect(try await Picture(of: sqlite, at: late) == Picture(of: memory, at: late))
        }
    }
}

import Storage
import TestSupport
import Testing
import Text

/// Two stores with one history look the same.
@Suite
struct WalkTests {
    @Test(arguments: StoreKind.durable, UInt64(1)...12)
    func `a store answers as the dictionaries do, whatever happened`(kind: StoreKind, seed: UInt64) async throws {
        try await kind.with { store async throws in
            let memory = MemoryStore()
            var walk = StoreWalk(seed: seed)
            var kept = 0
            for step in 0..<200 {
                let list = walk.next()
                let expected = try await memory.commit(list)
                #expect(try await store.commit(list) == expected, "step \(step)")
                if expected == .kept { kept += 1 }
                let left = try await Picture(of: store, at: walk.time)
                let right = try await Picture(of: memory, at: walk.time)
                #expect(left == right, "step \(step)")
                guard left == right else { return }
            }
            #expect(kept > 20, "a walk that goes nowhere proves nothing")
            // Long after the end both have swept everything that can be.
            let late = walk.time + Limits.sweepMarginSeconds + 10_000
            let swept = try await memory.sweep(at: late, limit: 1_000)
            #expect(try await store.sweep(at: late, limit: 1_000) == swept)
            #expect(try await Picture(of: store, at: late) == Picture(of: memory, at: late))
        }
    }
}

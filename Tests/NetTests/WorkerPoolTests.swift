import Foundation
import Net
import Testing

struct WorkerPoolTests {
    @Test func `work runs beside its caller, on as many threads as there are and no more`() async throws {
        let pool = try WorkerPool(count: 2, limit: 100)
        defer { pool.stop() }
        let running = Counter()
        let most = Counter()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    _ = try? await pool.run {
                        most.raise(to: running.add(1))
                        usleep(10_000)
                        running.add(-1)
                    }
                }
            }
        }
        #expect(most.value == 2)
    }

    @Test func `work does not hold the loop that waits for it`() async throws {
        let pool = try WorkerPool(count: 1, limit: 1)
        let loop = try EventLoop(index: 0)
        defer {
            pool.stop()
            loop.stop()
        }
        let gate = Counter()
        let (during, after) = try await Task(executorPreference: loop.executor) {
            async let work = pool.run { () -> Int? in
                while gate.value == 0 { usleep(1_000) }
                return EventLoop.currentIndex
            }
            // The worker is busy until this runs, on the loop.
            gate.add(1)
            return (try await work, EventLoop.currentIndex)
        }.value
        #expect(during == nil)
        #expect(after == 0)
    }

    @Test func `beyond its bound the queue refuses, and goes on afterwards`() async throws {
        let pool = try WorkerPool(count: 1, limit: 2)
        defer { pool.stop() }
        let gate = Counter()
        let begun = Counter()
        let work: @Sendable () -> Void = {
            begun.add(1)
            while gate.value == 0 { usleep(1_000) }
        }
        let first = Task { try await pool.run(work) }
        #expect(await settles { begun.value == 1 })
        let second = Task { try await pool.run(work) }
        #expect(await settles { await refuses(pool) })
        gate.add(1)
        try await first.value
        try await second.value
        #expect(try await pool.run { 7 } == 7)
    }

    private func refuses(_ pool: WorkerPool) async -> Bool {
        do {
            // Stands in the queue only where there is room, and then takes no time.
            try await Task.sleep(for: .milliseconds(20))
            try await pool.run {}
            return false
        } catch { return error as? NetFailure == .busy }
    }
}

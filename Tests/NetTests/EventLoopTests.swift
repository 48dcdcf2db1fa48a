import Glibc
import Net
import Synchronization
import Testing

struct EventLoopTests {
    @Test func `a task that prefers a loop runs on it, and so does everything it awaits`() async throws {
        let loop = try EventLoop(index: 7)
        defer { loop.stop() }
        let indices = await Task(executorPreference: loop.executor) {
            var indices = [EventLoop.currentIndex]
            await Task.yield()
            indices.append(EventLoop.currentIndex)
            try? await Task.sleep(for: .milliseconds(1))
            indices.append(EventLoop.currentIndex)
            return indices
        }.value
        #expect(indices == [7, 7, 7])
        #expect(EventLoop.currentIndex == nil)
    }

    @Test func `a sleep is never shorter than asked for`() async throws {
        let loop = try EventLoop(index: 0)
        defer { loop.stop() }
        for milliseconds in [1, 60, 70, 200] {
            let start = ContinuousClock.now
            await loop.sleep(Ticks(.milliseconds(milliseconds)))
            let slept = ContinuousClock.now - start
            #expect(slept >= .milliseconds(milliseconds))
            #expect(slept < .milliseconds(milliseconds + 15_000))
        }
    }

    @Test func `a loop with nothing to do uses no processor`() async throws {
        let loop = try EventLoop(index: 0)
        defer { loop.stop() }
        let before = await loop.turns
        try await Task.sleep(for: .milliseconds(500))
        #expect(await loop.turns - before < 5)
    }

    /// The one place where a mistake would hang a client: every wait ends once, by readiness or by its deadline.
    @Test func `under stress every wait ends, and no wake is lost`() async throws {
        let loops = try (0..<2).map { try EventLoop(index: $0) }
        defer { for loop in loops { loop.stop() } }
        let rounds = 300
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for pair in 0..<64 {
                group.addTask {
                    let ends = try Ends()
                    async let written: Void = ends.write(rounds, seed: UInt64(pair))
                    let result = try await loops[pair % 2].drain(ends, rounds: rounds)
                    _ = await written
                    return result
                }
            }
            for try await (bytes, expired) in group {
                #expect(bytes == rounds)
                #expect(expired >= 0)
            }
        }
    }

    @Test func `jobs from many threads all run`() async throws {
        let loop = try EventLoop(index: 0)
        defer { loop.stop() }
        let count = Counter()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<2_000 {
                        await Task(executorPreference: loop.executor) { _ = count.add(1) }.value
                    }
                }
            }
        }
        #expect(count.value == 16_000)
    }
}

/// Both ends of a pair of sockets.
final class Ends: Sendable {
    let near: Int32
    let far: Int32

    init() throws {
        var pair: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw Wire.Timeout() }
        near = pair[0]
        far = pair[1]
    }

    deinit {
        close(near)
        close(far)
    }

    /// One byte a round, in bursts and pauses.
    @concurrent func write(_ rounds: Int, seed: UInt64) async {
        var state = seed &* 6_364_136_223_846_793_005 &+ 1
        for _ in 0..<rounds {
            var byte: UInt8 = 1
            while Glibc.write(far, &byte, 1) < 0 { await Task.yield() }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            switch state >> 60 {
            case 0: try? await Task.sleep(for: .milliseconds(2))
            case 1...4: await Task.yield()
            default: break
            }
        }
    }
}

extension EventLoop {
    /// Reads all bytes, waiting with deadlines that sometimes pass.
    func drain(_ ends: Ends, rounds: Int) async throws -> (bytes: Int, expired: Int) {
        let watch = try watch(ends.near)
        defer { unwatch(watch) }
        var bytes = 0
        var expired = 0
        var buffer = [UInt8](repeating: 0, count: 7)
        while bytes < rounds {
            let count = read(ends.near, &buffer, buffer.count)
            if count > 0 {
                bytes += count
                continue
            }
            watch.isDrained()
            switch await wait(for: .readable, on: watch, until: deadline(after: Ticks(.milliseconds(1)))) {
            case .ready: break
            case .expired: expired += 1
            case .interrupted: throw Wire.Timeout()
            }
        }
        return (bytes, expired)
    }
}

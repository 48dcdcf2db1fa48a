import Glibc
import HTTP
import Net
import Synchronization
import Testing
import Text

struct LifecycleTests {
    @Test func `RE-09 drain answers what is in flight, and refuses what comes later`() async throws {
        let begun = Counter()
        let gate = Counter()
        let handler = Handler { _ in
            begun.add(1)
            await gate.opens()
            return .text(.ok, "late but whole")
        }
        try await withServer(handler) { server, port in
            let answers = Task {
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            try await onThread {
                                let wire = try Wire(port: port)
                                wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                return try wire.receiveAll()
                            }
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(await settles { begun.value == 50 })
            let draining = Task { await server.drain(seconds: 10) }
            // Nobody is let in any more, and nobody inside has been cut off.
            #expect(await settles { (try? await onThread { _ = try Wire(port: port) }) == nil })
            gate.add(1)
            await draining.value
            #expect(await server.openConnections == 0)
            for answer in try await answers.value {
                #expect(answer.hasSuffix("late but whole"))
                #expect(answer.contains("connection: close\r\n"))
            }
        }
    }

    @Test func `RE-09 drain closes idle connections at once`() async throws {
        try await withServer { server, port in
            let wire = try await onThread { UncheckedWire(wire: try Wire(port: port)) }
            wire.wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let status = try await onThread { try wire.wire.receiveAnswer()?.status }
            #expect(status == 200)
            let start = ContinuousClock.now
            await server.drain(seconds: 10)
            #expect(ContinuousClock.now - start < .seconds(8))
            let rest = try await onThread { try wire.wire.receiveAll() }
            #expect(rest.isEmpty)
        }
    }

    @Test func `RE-09 drain reads a request to its end that has begun to come`() async throws {
        try await withServer { server, port in
            let wire = try await onThread { UncheckedWire(wire: try Wire(port: port)) }
            wire.wire.send("POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha")
            #expect(await settles { await server.openConnections == 1 })
            let draining = Task { await server.drain(seconds: 5) }
            try await Task.sleep(for: .milliseconds(100))
            wire.wire.send("lf")
            let text = try await onThread { try wire.wire.receiveAll() }
            #expect(text.hasSuffix("POST /half half"))
            await draining.value
        }
    }

    @Test func `RE-09 an answer that does not come in time is cut, and its task is told`() async throws {
        let cancelled = Counter()
        let handler = Handler { _ in
            do {
                try await Task.sleep(for: .seconds(60))
            } catch {
                cancelled.add(1)
            }
            return .empty(.ok)
        }
        try await withServer(handler) { server, port in
            let wire = try await onThread { UncheckedWire(wire: try Wire(port: port)) }
            wire.wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await settles { await server.openConnections == 1 })
            try await Task.sleep(for: .milliseconds(100))
            await server.drain(seconds: 0)
            #expect(cancelled.value == 1)
        }
    }

    @Test func `a client that resets in the middle of an answer leaves nothing behind`() async throws {
        let handler = Handler { _ in
            try? await Task.sleep(for: .milliseconds(20))
            return .text(.ok, WireText(String(repeating: "x", count: 1_000_000)))
        }
        try await withServer(handler) { server, port in
            for _ in 0..<100 {
                try await onThread {
                    let wire = try Wire(port: port)
                    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    wire.willReset()
                }
            }
            #expect(await settles { await server.openConnections == 0 })
            let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)
            #expect(answer.status == 200)
        }
    }

    @Test func `a thousand idle connections are held, and a new request is answered at once`() async throws {
        try await withServer { server, port in
            let idle = try await onThread {
                try (0..<1_000).map { _ in
                    let wire = try Wire(port: port)
                    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try wire.receiveAnswer()
                    return UncheckedWire(wire: wire)
                }
            }
            #expect(await server.openConnections == 1_000)
            let start = ContinuousClock.now
            let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - start < .milliseconds(500))
            // And each of them is still of use.
            try await onThread {
                for wire in idle {
                    wire.wire.send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
                    let body = try wire.wire.receiveAnswer()?.body
                    #expect(body == "GET /again")
                }
            }
        }
    }

    @Test func `RE-01 beyond the bound on connections those that are idle longest make room`() async throws {
        try await withServer(limits: .with(\.connectionsPerLoop, 4)) { _, port in
            let idle = try await onThread {
                try (0..<4).map { _ in
                    let wire = try Wire(port: port)
                    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    _ = try wire.receiveAnswer()
                    return UncheckedWire(wire: wire)
                }
            }
            let answer = try await exchange("GET /new HTTP/1.1\r\nHost: a\r\n\r\n", port)
            #expect(answer.body == "GET /new")
            let rest = try await onThread { try idle[0].wire.receiveAll() }
            #expect(rest.isEmpty)
        }
    }

    @Test func `RE-03 a request for which there is no memory hears 503, and those that idle go on`() async throws {
        let gate = Counter()
        let begun = Counter()
        let handler = Handler { request in
            if request.path == "/work" {
                begun.add(1)
                await gate.opens()
            }
            return .text(.ok, request.path)
        }
        let reported = Counter()
        let report: @Sendable (ServerEvent) -> Void = { if case .shed = $0 { reported.add(1) } }
        try await withServer(handler, limits: .with(\.busyPerLoop, 2), report: report) { _, port in
            let idle = try await onThread { UncheckedWire(wire: try Wire(port: port)) }
            let first = try await onThread {
                idle.wire.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
                return try idle.wire.receiveAnswer()?.status
            }
            #expect(first == 200)
            let work = (0..<2).map { _ in
                Task { try await exchange("GET /work HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port) }
            }
            #expect(await settles { begun.value == 2 })
            let refused = try await exchange("GET /later HTTP/1.1\r\nHost: a\r\n\r\n", port)
            #expect(refused.status == 503)
            #expect(refused.head.contains("retry-after: 1"))
            gate.add(1)
            for task in work { #expect(try await task.value.status == 200) }
            #expect(await settles { reported.value == 1 })
            // Who had nothing to ask meanwhile has lost nothing.
            let last = try await onThread {
                idle.wire.send("GET /last HTTP/1.1\r\nHost: a\r\n\r\n")
                return try idle.wire.receiveAnswer()?.body
            }
            #expect(last == "/last")
        }
    }

    @Test func `RE-01 connections at work are not closed for new ones, which wait`() async throws {
        let gate = Counter()
        let handler = Handler { request in
            if request.path == "/work" {
                await gate.opens()
            }
            return .empty(.ok)
        }
        try await withServer(handler, limits: .with(\.connectionsPerLoop, 2)) { server, port in
            let work = (0..<2).map { _ in
                Task { try await exchange("GET /work HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port) }
            }
            #expect(await settles { await server.openConnections == 2 })
            let waiting = Task { try await exchange("GET /later HTTP/1.1\r\nHost: a\r\n\r\n", port) }
            try await Task.sleep(for: .milliseconds(200))
            #expect(await server.openConnections == 2)
            gate.add(1)
            for task in work { #expect(try await task.value.status == 200) }
            #expect(try await waiting.value.status == 200)
        }
    }

    /// The server in a process of its own, whose limit is lowered; the clients here.
    @Test func `RE-01 a thousand clients do not exhaust 256 descriptors`() async throws {
        let port = try freePort()
        async let server = #expect(processExitsWith: .success) { [port = port as UInt16] in
            lowerDescriptorLimit(to: 256)
            let handler = Handler { request in
                if request.path == "/quit" { exit(0) }
                let before = processorTime()
                if request.path == "/second" { try? await Task.sleep(for: .seconds(1)) }
                return .text(.ok, WireText("\(processorTime() - before)"))
            }
            let group = try LoopGroup(count: 2)
            let address = Address.ipv4(0x7F00_0001, port: port)
            _ = try await HTTPServer([.init(at: address, handler: handler)], on: group).start()
            try await Task.sleep(for: .seconds(30))
        }
        #expect(await settles { (try? await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)) != nil })
        // One that is inside before the crowd comes. Its second answer comes after a second, and says how
        // much of the processor that second took.
        let inside = try await onThread {
            let wire = try Wire(port: port)
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n")
            return UncheckedWire(wire: wire)
        }
        let live = Task {
            try await onThread {
                _ = try inside.wire.receiveAnswer()
                return try #require(try inside.wire.receiveAnswer())
            }
        }
        // Half a head each, so that none of them is idle and may be closed.
        var crowd = try await onThread {
            try (0..<1_000).map { _ in
                let wire = try Wire(port: port)
                wire.send("GET / HTTP/1.1\r\n")
                return UncheckedWire(wire: wire)
            }
        }
        let used = try #require(Double(try await live.value.body))
        #expect(used < 0.3)
        crowd.removeAll()
        let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)
        #expect(answer.status == 200)
        _ = try await onThread {
            let wire = try Wire(port: port)
            wire.send("GET /quit HTTP/1.1\r\nHost: a\r\n\r\n")
            return try wire.receiveAll()
        }
        _ = await server
    }

    @Test func `RE-01 without descriptors accepting pauses without spinning, and goes on`() async throws {
        let exhausted = Counter()
        exhausted.add(1)
        let attempts = Counter()
        let events = Mutex<[String]>([])
        let group = try LoopGroup(count: 1)
        let server = HTTPServer(
            [.init(at: .ipv4(0x7F00_0001, port: 0), handler: Echo())],
            on: group,
            accept: { socket in
                attempts.add(1)
                return exhausted.value > 0 ? .exhausted : socket.accept()
            },
            report: { event in events.withLock { $0.append("\(event)") } }
        )
        let start = ContinuousClock.now
        let port = try #require(try await server.start().first?.port)
        let waiting = Task { try await exchange("GET /late HTTP/1.1\r\nHost: a\r\n\r\n", port) }
        try await Task.sleep(for: .seconds(1))
        // Twice a pause of a tenth of a second: once in earnest, once with the reserve.
        let pauses = (ContinuousClock.now - start) / .milliseconds(100)
        #expect((2...Int(pauses * 2 + 4)).contains(attempts.value))
        exhausted.add(-1)
        #expect(try await waiting.value.body == "GET /late")
        let reported = events.withLock { $0.filter { $0.hasPrefix("accept") } }
        #expect(reported == ["acceptPaused", "acceptResumed"])
        await server.stop()
        group.stop()
    }
}

/// A port that nobody listens at.
private func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
        }
    }
    try #require(result == 0)
    return UInt16(bigEndian: address.sin_port)
}

private func lowerDescriptorLimit(to count: UInt) {
    var limit = rlimit(rlim_cur: count, rlim_max: count)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}

/// Seconds of processor time that this process has used.
private func processorTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
}

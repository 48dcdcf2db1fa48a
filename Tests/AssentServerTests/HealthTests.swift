import AssentServer
import HTTP
import OAuth
import Storage
import Telemetry
import TestSupport
import Testing
import Text

struct HealthTests {
    private func answer(_ house: House, _ health: Health, _ path: WireText) async throws -> Response {
        try await Composition.operations(house, health).respond(
            to: Request(
                method: .get,
                path: path,
                peer: Peer(address: "127.0.0.1", port: 1_024, isEncrypted: false)
            )
        )
    }

    private func problems(_ response: Response) -> [String] {
        (response.json?["checks"]?.array ?? []).filter { $0["status"] == "failed" }
            .compactMap { $0["check"]?.text?.string }
    }

    @Test func `a house that works is live and ready`() async throws {
        let house = try SampleHouse(store: MemoryStore()).house
        let health = Health(house)
        #expect(try await answer(house, health, "/health/live").status == .ok)
        let ready = try await answer(house, health, "/health/ready")
        #expect(ready.status == .ok)
        #expect(ready.json?["status"] == "ready")
        #expect(problems(ready).isEmpty)
    }

    @Test func `a server that stops is live and not ready`() async throws {
        let house = try SampleHouse(store: MemoryStore()).house
        let health = Health(house)
        health.stop()
        let ready = try await answer(house, health, "/health/ready")
        #expect(ready.status == .serviceUnavailable)
        #expect(problems(ready) == ["running"])
        #expect(try await answer(house, health, "/health/live").status == .ok)
    }

    @Test func `ST-50 a server whose clock was set back is not ready`() async throws {
        let sample = try SampleHouse(store: MemoryStore())
        sample.time.set(.noon - Timestamp.days(1))
        #expect(problems(try await answer(sample.house, Health(sample.house), "/health/ready")) == ["clock"])
    }

    @Test func `a server that cannot reach the bank's systems is not ready`() async throws {
        let house = try SampleHouse(store: MemoryStore()).house
        let answers: Hooks.Line = { _, _ throws(HookFailure) in [] }
        house.hooks.replace(with: Hooks(answers))
        #expect(try await answer(house, Health(house), "/health/ready").status == .ok)
        house.hooks.replace(with: Hooks(answers, reach: { () throws(HookFailure) in throw .busy }))
        #expect(problems(try await answer(house, Health(house), "/health/ready")) == ["hooks"])
    }

    @Test func `ST-21 a server that cannot keep anything is not ready`() async throws {
        let store = MemoryStore()
        let house = try SampleHouse(store: store).house
        for number in 0..<2 {
            store.failOnce(with: .inputOutput, after: number)
            let health = Health(house)
            #expect(problems(try await answer(house, health, "/health/ready")) == ["store"])
            // Looking costs a wait for the disk, so that the last look counts for a while.
            #expect(problems(try await answer(house, health, "/health/ready")) == ["store"])
            #expect(problems(try await answer(house, Health(house), "/health/ready")).isEmpty)
        }
    }

    @Test func `answers are counted by their route, whatever path was sent`() async throws {
        let sample = try SampleHouse(store: MemoryStore())
        _ = await sample.send(.get, "/jwks")
        _ = await sample.send(.get, "/nowhere/7")
        _ = await sample.send(.get, "/authorize")
        let text = String(
            decoding: try await answer(sample.house, Health(sample.house), "/metrics").body,
            as: UTF8.self
        )
        #expect(text.contains(#"assent_http_requests_total{route="/jwks",code="2xx"} 1"#))
        #expect(text.contains(#"assent_http_requests_total{route="other",code="4xx"} 1"#))
        #expect(text.contains(#"assent_http_requests_total{route="/authorize",code="4xx"} 1"#))
        #expect(text.contains(#"assent_authorization_requests_total{result="invalid_request"} 1"#))
        #expect(text.contains("assent_http_request_duration_seconds_count 3"))
        #expect(!text.contains("nowhere"))
    }
}

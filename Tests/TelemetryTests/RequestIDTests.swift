import Telemetry
import Testing
import Text

struct RequestIDTests {
    @Test func `an id is two groups of five letters that cannot be mistaken`() {
        #expect(RequestID(random: [0, 0, 0, 0, 0, 0, 0]).text == "00000-00000")
        #expect(RequestID(random: [255, 255, 255, 255, 255, 255, 255]).text == "ZZZZZ-ZZZZZ")
        #expect(RequestID(random: [0, 0, 0, 0, 0, 0, 1]).text == "10000-00000")
        #expect(RequestID(random: [2, 0, 0, 0, 0, 0, 0]).text == "00000-0000G")
    }

    @Test func `different bytes make different ids`() {
        var generator = SystemRandomNumberGenerator()
        var ids: Set<RequestID> = []
        for _ in 0..<1_000 {
            ids.insert(RequestID(random: (0..<7).map { _ in .random(in: 0...255, using: &generator) }))
        }
        #expect(ids.count == 1_000)
    }
}

import Telemetry
import Testing
import Text

struct TraceContextTests {
    private static let parent: WireText = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a trace of a caller goes on under its name, with a part of our own`() throws {
        let trace = try #require(TraceContext(continuing: Self.parent))
        #expect(trace.traceID.text == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(trace.spanText != "00f067aa0ba902b7")
        #expect(trace.header == WireText("00-4bf92f3577b34da6a3ce929d0e0e4736-\(trace.spanText)-01"))
        // Whom we call can go on in the same way.
        #expect(TraceContext(continuing: trace.header)?.traceID == trace.traceID)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-é1",
    ])
    func `what is no trace of level 1 begins none`(text: String) {
        #expect(TraceContext(continuing: WireText(text)) == nil)
    }

    @Test func `of a later version what is known of it is read`() {
        #expect(TraceContext(continuing: "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more") != nil)
    }

    @Test func `traces that begin here have names of their own, and not those of any before`() {
        let names = Set((0..<10_000).map { _ in TraceContext.fresh().header })
        #expect(names.count == 10_000)
        #expect(names.allSatisfy { TraceContext(continuing: $0) != nil })
    }
}

internal import HTTP
internal import Telemetry
internal import Text

extension TraceContext {
    /// Our part of what a request belongs to: of its caller's trace, or of one that begins here.
    static func part(of request: Request) -> TraceContext {
        // W3C Trace Context §3.2: who sends two says nothing.
        guard let parent = try? request.fields.single(.traceparent), let trace = TraceContext(continuing: parent) else {
            return .fresh()
        }
        return trace
    }
}

extension Fields {
    /// Tells whom we call what the call belongs to; `tracestate` is other people's, and goes no further.
    mutating func nameTrace() {
        let trace = TraceContext.current ?? .fresh()
        if let value = FieldValue(trace.header) { set(.traceparent, value) }
    }
}

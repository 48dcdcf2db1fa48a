internal import HTTP
internal import Telemetry
internal import Text

/// `GET /metrics`, in the text format of Prometheus.
struct MetricsEndpoint: Endpoint {
    let metrics: Metrics
    let log: Log
    /// What is measured at the moment of asking.
    let gauges: @Sendable (inout PrometheusText) -> Void

    let routes = [Route(.get, "/metrics")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var text = PrometheusText()
        text.append(metrics)
        text.append(counter: "assent_log_lines_dropped_total", "Log lines that nobody could take.", log.droppedLines)
        text.append(
            counter: "assent_log_lines_suppressed_total",
            "Log lines left out because there were many of their event.",
            log.suppressedLines
        )
        gauges(&text)
        var response = Response(.ok, body: text.bytes)
        if let type = FieldValue(PrometheusText.mediaType) { response.fields.append(.contentType, type) }
        return response
    }
}

internal import HTTP
internal import Telemetry
internal import Text

/// `GET /metrics`, in the text format of Prometheus.
struct MetricsEndpoint: Endpoint {
    let metrics: Metrics

    let routes = [Route(.get, "/metrics")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var text = PrometheusText()
        text.append(metrics)
        var response = Response(.ok, body: text.bytes)
        if let type = FieldValue(PrometheusText.mediaType) { response.fields.append(.contentType, type) }
        return response
    }
}

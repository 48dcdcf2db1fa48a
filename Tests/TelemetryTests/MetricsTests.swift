import Telemetry
import Testing
import Text

struct MetricsTests {
    @Test func `every series is there from the start, at zero`() {
        let text = Self.text(of: Self.metrics())
        #expect(text.contains(#"assent_http_requests_total{route="/token",code="2xx"} 0"#))
        #expect(text.contains(#"assent_tokens_issued_total{grant="refresh_token"} 0"#))
        #expect(text.contains(#"assent_token_errors_total{error="invalid_grant"} 0"#))
        #expect(text.contains(#"assent_code_redemptions_total{result="replayed"} 0"#))
        #expect(text.contains(#"assent_introspections_total{active="true"} 0"#))
        #expect(text.contains(#"assent_consent_decisions_total{result="shared"} 0"#))
        #expect(text.contains(#"assent_logins_total{result="mismatch"} 0"#))
    }

    @Test func `what is counted is the series that was meant and no other`() {
        let metrics = Self.metrics()
        let before = Set(Self.text(of: metrics).split(separator: "\n"))
        let token = metrics.httpRequests.route("/token")
        token.count(201)
        metrics.httpRequests.route("/token").count(204)
        metrics.authorizationRequests.count("access_denied")
        metrics.clientsRefused.count(.replayed)
        metrics.storeFailures.count()
        metrics.tokensIssued.count("authorization_code")
        metrics.tokenErrors.count("invalid_grant")
        metrics.codeRedemptions.count(.wrongRedirect)
        metrics.introspections.count(.inactive)
        metrics.consentDecisions.count(.denied)
        metrics.consentsStopped.count(.over)
        metrics.logins.count(.loggedIn)
        let changed = Set(Self.text(of: metrics).split(separator: "\n")).subtracting(before)
        #expect(
            changed == [
                #"assent_http_requests_total{route="/token",code="2xx"} 2"#,
                #"assent_authorization_requests_total{result="access_denied"} 1"#,
                #"assent_client_auth_failures_total{reason="replayed"} 1"#,
                "assent_store_failures_total 1",
                #"assent_tokens_issued_total{grant="authorization_code"} 1"#,
                #"assent_token_errors_total{error="invalid_grant"} 1"#,
                #"assent_code_redemptions_total{result="wrong_redirect"} 1"#,
                #"assent_introspections_total{active="false"} 1"#,
                #"assent_consent_decisions_total{result="denied"} 1"#,
                #"assent_consents_stopped_total{result="over"} 1"#,
                #"assent_logins_total{result="ok"} 1"#,
            ]
        )
    }

    @Test func `HT-24 labels nobody planned are one series`() {
        let metrics = Self.metrics()
        let count = Self.text(of: metrics).split(separator: "\n").count
        for number in 0..<1_000 {
            metrics.authorizationRequests.count(WireText("error-\(number)"))
            metrics.tokensIssued.count(WireText("grant-\(number)"))
        }
        let text = Self.text(of: metrics)
        #expect(text.split(separator: "\n").count == count)
        #expect(text.contains(#"assent_authorization_requests_total{result="other"} 1000"#))
        #expect(text.contains(#"assent_tokens_issued_total{grant="other"} 1000"#))
    }

    @Test func `a histogram counts each length in every bucket it fits`() {
        let histogram = Histogram("h", "Help.")
        for length: Int64 in [-5, 50_000, 100_000, 100_001, 3_000_000, .max] { histogram.observe(nanoseconds: length) }
        var text = PrometheusText()
        text.append(histogram)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.starts(with: ["# HELP h Help.", "# TYPE h histogram", #"h_bucket{le="0.000100"} 3"#]))
        #expect(lines.contains(#"h_bucket{le="0.000250"} 4"#))
        #expect(lines.contains(#"h_bucket{le="0.002500"} 4"#))
        #expect(lines.contains(#"h_bucket{le="0.005000"} 5"#))
        #expect(lines.contains(#"h_bucket{le="10.000000"} 5"#))
        #expect(lines.contains(#"h_bucket{le="+Inf"} 6"#))
        #expect(lines.last == "h_count 6")
    }

    @Test func `counts of many tasks at once are all kept`() async {
        let family = CounterFamily("c", "Help.", by: "kind", ["a", "b"])
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<10_000 { family.count("a") } } }
        }
        #expect(family.total("a") == 40_000)
        #expect(family.total("b") == 0)
    }

    @Test func `a label is escaped so that it cannot end its line`() {
        var text = PrometheusText()
        text.append(gauge: "g", "Help.", labels: [("v", "a\"b\\c\nd")], -1)
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == "# HELP g Help.\n# TYPE g gauge\n" + #"g{v="a\"b\\c\nd"} -1"#
                + "\n"
        )
    }

    @Test func `numbers of one kind share a heading, each with its labels`() {
        var text = PrometheusText()
        text.append(gauge: "age", "Help.", [(labels: [("key", "a")], value: 1), (labels: [("key", "b")], value: 2)])
        #expect(
            String(decoding: text.bytes, as: UTF8.self) == """
                # HELP age Help.
                # TYPE age gauge
                age{key="a"} 1
                age{key="b"} 2

                """
        )
    }

    private static func metrics() -> Metrics {
        let metrics = Metrics(
            grants: ["authorization_code", "refresh_token"],
            tokenErrors: ["invalid_grant", "invalid_client"],
            authorizationErrors: ["access_denied"]
        )
        for route: WireText in ["/token", "/authorize"] { _ = metrics.httpRequests.route(route) }
        return metrics
    }

    private static func text(of metrics: Metrics) -> String {
        var text = PrometheusText()
        text.append(metrics)
        return String(decoding: text.bytes, as: UTF8.self)
    }
}

package import Text

/// Metrics in the text format that Prometheus reads, version 0.0.4.
package struct PrometheusText: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// The media type to answer with.
    package static let mediaType: WireText = "text/plain; version=0.0.4; charset=utf-8"

    package init() {
        bytes.reserveCapacity(16_384)
    }

    package mutating func append(_ metrics: Metrics) {
        append(metrics.httpRequests)
        append(metrics.httpSeconds)
        append(metrics.authorizationRequests)
        append(metrics.clientsRefused)
        append(metrics.commitSeconds)
        append(
            counter: "assent_store_failures_total",
            "Questions and changes that the store could not answer or keep.",
            metrics.storeFailures.total
        )
        append(metrics.tokensIssued)
        append(metrics.tokenErrors)
        append(metrics.codeRedemptions)
        append(metrics.introspections)
        append(metrics.consentDecisions)
        append(metrics.consentsStopped)
        append(metrics.logins)
        append(metrics.requestsLimited)
    }

    package mutating func append(_ family: CounterFamily<some Hashable>) {
        header(family.name, family.help, type: "counter")
        for (values, counter) in family.series {
            line(family.name, Array(zip(family.labelNames, values)), "\(counter.total)")
        }
    }

    package mutating func append(_ answers: AnswerCounters) {
        header(answers.name, answers.help, type: "counter")
        for (route, counters) in answers.series {
            for (index, counter) in counters.counters.enumerated() {
                line(answers.name, [("route", route), ("code", WireText("\(index + 1)xx"))], "\(counter.total)")
            }
        }
    }

    package mutating func append(_ histogram: Histogram) {
        header(histogram.name, histogram.help, type: "histogram")
        let counts = histogram.cumulativeCounts
        let ends = Histogram.upperEnds.map { DecimalSeconds.text(nanoseconds: $0) } + ["+Inf"]
        for (end, count) in zip(ends, counts) {
            line(WireText("\(histogram.name)_bucket"), [("le", WireText(end))], "\(count)")
        }
        line(WireText("\(histogram.name)_sum"), [], DecimalSeconds.text(nanoseconds: histogram.sumNanoseconds))
        line(WireText("\(histogram.name)_count"), [], "\(counts.last ?? 0)")
    }

    /// A number that somebody else counts.
    package mutating func append(counter name: WireText, _ help: WireText, _ total: UInt64) {
        header(name, help, type: "counter")
        line(name, [], "\(total)")
    }

    /// A number of bytes, seconds and the like that somebody else adds up, with its fraction.
    package mutating func append(counter name: WireText, _ help: WireText, nanoseconds: Int64) {
        header(name, help, type: "counter")
        line(name, [], DecimalSeconds.text(nanoseconds: nanoseconds))
    }

    /// A number that goes up and down.
    package mutating func append(
        gauge name: WireText,
        _ help: WireText,
        labels: [(WireText, WireText)] = [],
        _ value: Int64
    ) {
        header(name, help, type: "gauge")
        line(name, labels, "\(value)")
    }

    /// Numbers of one kind that go up and down, each with its labels.
    package mutating func append(
        gauge name: WireText,
        _ help: WireText,
        _ values: [(labels: [(WireText, WireText)], value: Int64)]
    ) {
        header(name, help, type: "gauge")
        for (labels, value) in values { line(name, labels, "\(value)") }
    }

    private mutating func header(_ name: WireText, _ help: WireText, type: String) {
        bytes.append(contentsOf: "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8)
    }

    private mutating func line(_ name: WireText, _ labels: [(WireText, WireText)], _ value: String) {
        bytes.append(contentsOf: name.utf8)
        if !labels.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            for (index, label) in labels.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(contentsOf: label.0.utf8)
                bytes.append(contentsOf: "=\"".utf8)
                appendEscaped(label.1)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: value.utf8)
        bytes.append(.newline)
    }

    /// Three bytes of a label are escaped, and no others.
    private mutating func appendEscaped(_ value: WireText) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
            case .newline: bytes.append(contentsOf: #"\n"#.utf8)
            default: bytes.append(byte)
            }
        }
    }
}

package import Text

/// A run in the forms that other programs read.
package struct CheckReport: Sendable {
    package let issuer: WireText
    package let steps: [JourneyStep]
    package let results: [CheckResult]

    package init(issuer: WireText, steps: [JourneyStep], results: [CheckResult]) {
        self.issuer = issuer
        self.steps = steps
        self.results = results
    }

    package var passed: Int { count { if case .pass = $0 { true } else { false } } }
    package var failed: Int { count(\.isFailure) }
    package var skipped: Int { count { if case .skip = $0 { true } else { false } } }

    private func count(_ matches: (Verdict) -> Bool) -> Int { results.count { matches($0.verdict) } }

    package var json: JSON {
        [
            "issuer": .text(issuer),
            "steps": .array(
                steps.map { step in
                    [
                        "step": .text(WireText(step.kind.rawValue)), "outcome": .text(WireText("\(step.outcome)")),
                        "result": .text(step.result), "clause": .text(step.kind.clause),
                    ]
                }
            ),
            "checks": .array(
                results.map { result in
                    [
                        "id": .text(result.check.id), "title": .text(result.check.title),
                        "clause": .text(result.check.clause), "expectation": .text(result.check.expectation),
                        "verdict": .text(result.verdict.word), "detail": .text(result.verdict.detail),
                        "milliseconds": .integer(result.milliseconds),
                    ]
                }
            ),
            "passed": .integer(Int64(passed)), "failed": .integer(Int64(failed)), "skipped": .integer(Int64(skipped)),
        ]
    }

    /// Test Anything Protocol 14.
    package var tap: WireText {
        var lines = ["TAP version 14", "1..\(steps.count + results.count)"]
        for (index, step) in steps.enumerated() {
            let directive = step.outcome == .skipped ? " # SKIP \(Self.line(step.result))" : ""
            let word = step.outcome == .failed ? "not ok" : "ok"
            lines.append("\(word) \(index + 1) - \(step.kind.title)\(directive)")
            if step.outcome == .failed { lines.append("# \(Self.line(step.result))") }
        }
        for (index, result) in results.enumerated() {
            let number = steps.count + index + 1
            let title = "\(result.check.id) \(Self.line(result.check.title))"
            switch result.verdict {
            case .pass: lines.append("ok \(number) - \(title)")
            case .skip(let reason): lines.append("ok \(number) - \(title) # SKIP \(Self.line(reason))")
            case .fail(let detail):
                lines.append("not ok \(number) - \(title)")
                lines.append("# expected: \(Self.line(result.check.expectation)) (\(Self.line(result.check.clause)))")
                lines.append("# seen: \(Self.line(detail))")
            }
        }
        return WireText(lines.joined(separator: "\n"))
    }

    /// The XML that build servers read.
    package var junit: WireText {
        let failures = failed + steps.count { $0.outcome == .failed }
        let skips = skipped + steps.count { $0.outcome == .skipped }
        let head =
            "<testsuite name=\"assent flow\" hostname=\"\(Self.escaped(issuer))\" tests=\"\(steps.count + results.count)\" "
            + "failures=\"\(failures)\" skipped=\"\(skips)\">"
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", head]
        for step in steps {
            let body: String =
                switch step.outcome {
                case .done: ""
                case .failed: "<failure message=\"\(Self.escaped(step.result))\"/>"
                case .skipped: "<skipped message=\"\(Self.escaped(step.result))\"/>"
                }
            lines.append(
                "<testcase classname=\"journey\" name=\"\(Self.escaped(step.kind.title))\">\(body)</testcase>"
            )
        }
        for result in results {
            let name = Self.escaped(WireText("\(result.check.id) \(result.check.title)"))
            let time = "\(result.milliseconds / 1_000).\(String(1_000 + result.milliseconds % 1_000).dropFirst())"
            let body: String =
                switch result.verdict {
                case .pass: ""
                case .skip(let reason): "<skipped message=\"\(Self.escaped(reason))\"/>"
                case .fail(let detail):
                    "<failure message=\"\(Self.escaped(detail))\">expected: "
                        + "\(Self.escaped(result.check.expectation)) (\(Self.escaped(result.check.clause)))</failure>"
                }
            lines.append("<testcase classname=\"checks\" name=\"\(name)\" time=\"\(time)\">\(body)</testcase>")
        }
        return WireText((lines + ["</testsuite>", ""]).joined(separator: "\n"))
    }

    /// On one line, and without the sign that begins a directive.
    private static func line(_ text: WireText) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 || $0 == UInt8(ascii: "#") ? .space : $0 }, as: UTF8.self)
    }

    /// XML 1.0 §2.2 and §2.4; other control characters cannot be written at all.
    private static func escaped(_ text: WireText) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += Array("&amp;".utf8)
            case UInt8(ascii: "<"): bytes += Array("&lt;".utf8)
            case UInt8(ascii: ">"): bytes += Array("&gt;".utf8)
            case UInt8(ascii: "\""): bytes += Array("&quot;".utf8)
            case 0x00..<0x20: bytes.append(.space)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

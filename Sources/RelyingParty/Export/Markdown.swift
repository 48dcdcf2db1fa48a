internal import HTTP
package import Text

/// Exchanges to paste into an issue.
package enum Markdown {
    package static func text(_ exchanges: [Exchange], title: WireText) -> WireText {
        WireText("# \(title)\n\n\(exchanges.map(section).joined(separator: "\n"))")
    }

    private static func section(_ exchange: Exchange) -> String {
        let call = exchange.call
        var text = "## \(exchange.number). \(call.purpose.name)\n\n"
        text += "\(call.purpose.clause). \(exchange.summary), \(exchange.milliseconds) ms.\n\n"
        text += fence("\(call.method.token) \(call.url)\n\(lines(call.fields))\(body(call.body))", "http")
        if let response = exchange.response {
            text += "\n"
            text += fence(
                "HTTP/1.1 \(response.status.code) \(response.status.reason)\n\(lines(response.fields))\(body(response.body))",
                "http"
            )
        }
        return text + "\n" + fence(call.curl.string, "sh")
    }

    private static func lines(_ fields: Fields) -> String {
        fields.pairs.map { "\($0.name): \($0.value)\n" }.joined()
    }

    private static func body(_ bytes: [UInt8]) -> String {
        bytes.isEmpty ? "" : "\n\(WireText(bytes)?.string ?? "(\(bytes.count) bytes)")\n"
    }

    /// A fence that is longer than any in what it holds.
    private static func fence(_ text: String, _ language: String) -> String {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = byte == UInt8(ascii: "`") ? run + 1 : 0
            longest = max(longest, run)
        }
        let marks = String(repeating: "`", count: max(3, longest + 1))
        let end = text.utf8.last == .newline ? "" : "\n"
        return "\(marks)\(language)\n\(text)\(end)\(marks)\n"
    }
}

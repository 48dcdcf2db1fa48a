package import HTTP
package import Text

extension Transport {
    /// Writes down what a browser asked of us and what it was answered, between the requests of our own.
    package func write(
        _ call: Call,
        answered response: Response,
        began: Timestamp,
        milliseconds: Int64 = 0
    ) -> Exchange {
        journal.add(Exchange(call: call, began: began, milliseconds: milliseconds, outcome: .answered(response)))
    }
}

extension Journal {
    /// About how much memory the bodies and lines of all exchanges take.
    package var byteCount: Int {
        exchanges.reduce(0) { sum, exchange in
            let call = exchange.call
            let answer = exchange.response.map { $0.body.count + $0.fields.lines.count } ?? 0
            return sum + call.url.byteCount + call.fields.lines.count + call.body.count + answer
        }
    }
}

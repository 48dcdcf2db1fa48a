import Fuzzing
import HTTP
import Text

/// Whatever a client says that it reads, a weight is one of a thousand, and what is preferred is wanted.
enum FuzzedAccept {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let field = FieldValue(text) else { return .refused }
        var fields = Fields()
        fields.append(.accept, field)
        let accept = Accept(fields)
        let offered: [WireText] = ["application/json", "text/html", "application/jwt"]
        let weights = offered.map { accept.quality(of: $0) }
        try require(weights.allSatisfy { (0...1_000).contains($0) }, "a weight outside of its range")
        let preferred = accept.preferred(of: offered)
        let best = weights.max() ?? 0
        let index = weights.firstIndex(of: best)
        try require(preferred == (best > 0 ? index.map { offered[$0] } : nil), "something else is preferred")
        return best > 0 ? .accepted : .refused
    }
}

import Fuzzing
import Surfaces
import Text

/// Whatever RFC 3339 says of a date, ISO 8601 says as well.
enum FuzzedISODate {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes) else { return .refused }
        _ = ISODateTime.readBound(text)
        let moment = ISODateTime.read(text)
        if let strict = Timestamp(rfc3339: text) { try require(moment == strict, "it is another moment") }
        guard let moment else { return .refused }
        try require(abs(moment.seconds) < 400_000_000_000, "a moment beyond all years")
        return .accepted
    }
}

import Fuzzing
import HTTP
import Text

/// The languages that are read, written again in their order, are read in that order.
enum FuzzedLanguages {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let (first, second) = bytes.halves
        guard let lines = WireText(first).flatMap({ first in WireText(second).map { [first, $0] } }) else {
            return .refused
        }
        let ranges = AcceptLanguage.read(lines)
        try require(ranges.count <= 32 && ranges.allSatisfy(\.isLanguageTag), "a range that is none")
        let joined = WireText(ranges.map(\.string).joined(separator: ", "))
        try require(AcceptLanguage.read([joined]) == ranges, "what was written is read in another order")
        return ranges.isEmpty ? .refused : .accepted
    }
}

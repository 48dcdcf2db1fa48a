import Fuzzing
import Text

/// Any count of seconds can be written, and later moments are written as later ones.
enum FuzzedMoment {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard bytes.count == 8 else { return .refused }
        let moment = Timestamp(bytes.reduce(0) { $0 << 8 | Int64($1) })
        try require(moment.rfc3339.utf8.count == 20, "the date has another length")
        try require(moment.httpDate.utf8.count == 29, "the date of HTTP has another length")
        try require(Timestamp(rfc3339: WireText(moment.rfc3339)) != nil, "what was written is no date")

        let later = moment + 86_400
        try require(later >= moment && later - 86_400 <= moment, "arithmetic goes round")
        try require(WireText(moment.rfc3339) <= WireText(later.rfc3339), "a later date is written as an earlier one")
        let utc = moment.utc
        try require((1...12).contains(utc.month) && (1...31).contains(utc.day), "there is no such day")
        try require(moment.since(moment) == 0 && later.since(moment) >= 0, "time runs backwards")
        return .accepted
    }
}

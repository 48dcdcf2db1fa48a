import Fuzzing
import Text

/// A date that is written again is the same moment, and in UTC the same text.
enum FuzzedDate {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let moment = Timestamp(rfc3339: text) else { return .refused }
        if text.byteCount == 20 {
            try require(WireText(moment.rfc3339).lowercasedASCII == text.lowercasedASCII, "the moment is another one")
        }
        let isWritable = (-62_167_219_200..<253_402_300_800).contains(moment.seconds)
        try require(
            !isWritable || Timestamp(rfc3339: WireText(moment.rfc3339)) == moment,
            "what was written is another"
        )
        return .accepted
    }
}

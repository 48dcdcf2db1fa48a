import Fuzzing
import Mustache
import Text

/// A sentence says the same as text and in pieces.
enum FuzzedSentence {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let pattern = WireText(bytes), let sentence = Sentence(pattern, plurals: plurals) else { return .refused }
        _ = sentence.missingForms
        for number in ["1", "2", "5", "-1", "no number", "99999999999999999999"] as [WireText] {
            let places = Set(sentence.places)
            let values = Dictionary(uniqueKeysWithValues: places.map { ($0, number) })
            let text = sentence.text(values)
            guard case .list(let pieces) = sentence.view(of: "kind", { values[$0].map(View.text) }) else {
                throw Broken("a sentence that is no list")
            }
            var joined = ""
            for piece in pieces {
                if case .text(let words)? = piece["text"] { joined += words.string }
                if case .text(let value)? = piece["kind"] { joined += value.string }
            }
            try require(WireText(joined) == text, "the pieces say something else")
        }
        if sentence.places.isEmpty { try require(sentence.text([:]) == pattern, "words are not left as they stand") }
        return .accepted
    }

    private static let plurals =
        PluralRules([("one", "n % 10 = 1 and n % 100 != 11"), ("few", "n % 10 = 2..4")]) ?? .none
}

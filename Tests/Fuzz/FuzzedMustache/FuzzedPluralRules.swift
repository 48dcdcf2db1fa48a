import Fuzzing
import Mustache
import Text

/// Every number has a form of those that the rules name.
enum FuzzedPluralRules {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let (first, second) = bytes.halves
        guard let one = WireText(first), let few = WireText(second),
            let rules = PluralRules([("one", one), ("few", few)]),
            let sentence = Sentence("{n, plural, one {1} few {2} other {3}}", plurals: rules)
        else { return .refused }
        try require(rules.categories == [.one, .few, .other], "the rules name other forms")
        try require(sentence.missingForms.isEmpty, "a form is missing")
        for number in [0, 1, 2, 11, 100, Int.max] {
            let form = sentence.text(["n": WireText("\(number)")])
            try require(["1", "2", "3"].contains(form), "a number without a form")
        }
        return .accepted
    }
}

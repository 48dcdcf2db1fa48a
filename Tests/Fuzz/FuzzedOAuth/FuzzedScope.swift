import Fuzzing
import OAuth
import Text

/// A scope is the text that it was, and a part of itself.
enum FuzzedScope {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let scope = Scope(text) else { return .refused }
        try require(scope.text == text, "what was written is another scope")
        try require(Set(scope.values).count == scope.values.count, "a value counts twice")
        try require(scope.isSubset(of: scope) && scope.adding(scope) == scope, "it is not a part of itself")
        return .accepted
    }
}

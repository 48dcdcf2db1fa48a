import Fuzzing
import OAuth
import Text

/// A code that is shown and typed is the same code.
enum FuzzedUserCode {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        if let made = UserCode(random: bytes) {
            try require(UserCode(typed: made.text) == made, "what is shown is another code")
        }
        guard let text = WireText(bytes), let code = UserCode(typed: text) else { return .refused }
        try require(UserCode(typed: code.text) == code, "what is shown is another code")
        try require(UserCode(typed: text.lowercasedASCII) == code, "its case counts")
        try require(code.text.byteCount == 9 && code.text.isVisibleASCII, "it cannot be read out")
        return .accepted
    }
}

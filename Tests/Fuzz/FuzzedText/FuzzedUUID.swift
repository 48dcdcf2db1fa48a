import Fuzzing
import Text

/// An identifier has one spelling, whatever case it came in.
enum FuzzedUUID {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        if bytes.count == 16 {
            let made = UUID(random: bytes)
            try require(UUID(made.text) == made, "what was made is not read")
        }
        guard let text = WireText(bytes), let read = UUID(text) else { return .refused }
        try require(read.text == text.lowercasedASCII, "the identifier is another one")
        try require(UUID(read.text) == read, "what was read is not read again")
        return .accepted
    }
}

import Fuzzing
import OAuth
import Text

/// A message that is shown is shown as it came, and nothing in it changes how the rest is read.
enum FuzzedBindingMessage {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let message = BindingMessage(text) else { return .refused }
        try require(message.text == text, "another message is shown")
        try require(text.byteCount <= Limits.bindingMessageBytes, "the message is too long")
        for scalar in text.string.unicodeScalars {
            let isHidden = [.control, .format, .lineSeparator, .privateUse].contains(scalar.properties.generalCategory)
            try require(!isHidden, "a character that nobody sees")
        }
        // A name of a client is shown beside it, by the same rule.
        let name = DisplayName(tradingName: text, agent: nil)
        try require(name.map { $0.tradingName == text } ?? true, "another name is shown")
        return .accepted
    }
}

import Fuzzing
import Text

/// Bytes have one text, and no other text is read.
enum FuzzedBase64 {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        try require(Base64URL.decode(WireText(Base64URL.encode(bytes))) == bytes, "base64url loses bytes")
        try require(Base64.decode(WireText(Base64.encode(bytes))) == bytes, "base64 loses bytes")
        try require(Hex.decode(WireText(Hex.encode(bytes))) == bytes, "hexadecimal loses bytes")

        guard let text = WireText(bytes) else { return .refused }
        if let decoded = Base64.decode(text) {
            try require(Base64.encode(decoded) == text.string, "base64 has a second spelling")
        }
        if let decoded = Hex.decode(text) {
            try require(WireText(Hex.encode(decoded)) == text.lowercasedASCII, "hexadecimal has a second spelling")
        }
        let decoded = Base64URL.decode(text)
        try require(Base64URL.decode(bytes.span) == decoded, "text and bytes are read differently")
        guard let decoded else { return .refused }
        try require(Base64URL.encode(decoded) == text.string, "base64url has a second spelling")
        return .accepted
    }
}

import Fuzzing
import OAuth
import Text

/// What RFC 9449 calls the same URL is the same, and one more byte of its path is another URL.
enum FuzzedProofURL {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let url = ProofURL(text), let uri = URIReference(text),
            let scheme = uri.scheme, let authority = uri.authority
        else { return .refused }
        let start = "\(scheme)://\(authority)"
        let path = uri.path.isEmpty ? "/" : uri.path.string
        let same = [
            "\(start)\(path)", "\(start)\(path)?q=%20", "\(start)\(path)#f",
            start.uppercased() + path, "\(start)\(escaped(path))",
        ]
        for spelling in same {
            try require(ProofURL(WireText(spelling)) == url, "\(spelling) is another URL")
        }
        for other in ["\(start)\(path)a", "\(start)\(path)%2F", "\(start)/\(path)", "\(scheme)://x\(authority)\(path)"]
        {
            try require(ProofURL(WireText(other)) != url, "\(other) is the same URL")
        }
        return .accepted
    }

    /// Every letter that needs no escape escaped, in lower-case digits.
    private static func escaped(_ path: String) -> String {
        var escaped = ""
        var digits = 0
        for byte in path.utf8 {
            let isLetter = digits == 0 && byte.isUnreserved
            escaped += isLetter ? "%" + Hex.encode([byte]) : String(decoding: [byte], as: UTF8.self)
            digits = byte == UInt8(ascii: "%") ? 2 : max(0, digits - 1)
        }
        return escaped
    }
}

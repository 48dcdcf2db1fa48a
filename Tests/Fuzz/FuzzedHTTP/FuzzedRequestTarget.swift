import Fuzzing
import HTTP
import Text

/// A target is its path and its query, byte for byte.
enum FuzzedRequestTarget {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let ends: Set<UInt8> = [.space, .carriageReturn, .newline]
        guard !bytes.contains(where: ends.contains) else { return .refused }
        // Without Host, which HTTP/1.0 allows, the authority is that of the target.
        let line = Array("OPTIONS ".utf8) + bytes + Array(" HTTP/1.0\r\n\r\n".utf8)
        guard let (head, length) = try? RequestHead.read(line.span) else { return .refused }
        try require(length == line.count, "the head has another end")

        var spelled = head.path.string
        if let query = head.query { spelled += "?\(query)" }
        guard let authority = head.authority else {
            try require(Array(spelled.utf8) == bytes, "path and query are another target")
            return .accepted
        }
        guard let text = WireText(bytes)?.lowercasedASCII else { throw Broken("a target that is no text") }
        try require(["http", "https"].contains { text.hasPrefix(WireText("\($0)://\(authority)")) }, "another host")
        let isRootLeftOut = head.path == "/" && !bytes.suffix(spelled.utf8.count).elementsEqual(spelled.utf8)
        let rest = isRootLeftOut ? String(spelled.dropFirst()) : spelled
        try require(bytes.suffix(rest.utf8.count).elementsEqual(rest.utf8), "path and query are another target")
        return .accepted
    }
}

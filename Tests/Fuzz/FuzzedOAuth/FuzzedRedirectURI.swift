import Fuzzing
import OAuth
import Text

/// A request names a redirect URI byte by byte, but for the port of a loopback address.
enum FuzzedRedirectURI {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let (first, second) = bytes.halves
        guard let registered = WireText(first), let requested = WireText(second) else { return .refused }
        for portIsFree in [false, true] {
            guard let uri = try? RedirectURI(registering: registered, portIsFree: portIsFree) else { return .refused }
            try require(uri.text == registered && uri.matches(registered), "it is not itself")
            guard uri.matches(requested), second != first else { continue }
            try require(portIsFree, "other bytes are the same URI")
            let rest = withoutPort(first)
            try require(rest != nil && rest == withoutPort(second), "more than the port is free")
        }
        return .accepted
    }

    /// What stands around the port of `http://127.0.0.1` or `http://[::1]`, by counting bytes and nothing else.
    private static func withoutPort(_ uri: [UInt8]) -> [UInt8]? {
        for start in ["http://127.0.0.1", "http://[::1]"] where uri.starts(with: start.utf8) {
            var rest = uri.dropFirst(start.utf8.count)
            if rest.first == UInt8(ascii: ":") { rest = rest.dropFirst().drop(while: \.isDigit) }
            guard rest.isEmpty || rest.first == UInt8(ascii: "/") || rest.first == UInt8(ascii: "?") else { return nil }
            return Array(start.utf8) + rest
        }
        return nil
    }
}

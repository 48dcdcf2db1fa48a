import Fuzzing
import Text

/// The parts of a URI are the URI, and nothing that readers see differently is in them.
enum FuzzedURI {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let uri = URIReference(text) else { return .refused }
        try require(uri.text == text, "the URI is another text")
        try require(text.isVisibleASCII && !text.utf8.contains(UInt8(ascii: "\\")), "a byte that browsers change")

        var joined = ""
        if let scheme = uri.scheme { joined += "\(scheme):" }
        if let authority = uri.authority { joined += "//\(authority)" }
        joined += uri.path.string
        if let query = uri.query { joined += "?\(query)" }
        if let fragment = uri.fragment { joined += "#\(fragment)" }
        try require(WireText(joined) == text, "the parts are another URI")

        guard let authority = uri.authority else {
            try require(uri.host == nil && uri.port == nil && !uri.hasUserInformation, "a host without an authority")
            return .accepted
        }
        let place = (uri.host?.string ?? "") + (uri.port.map { ":\($0)" } ?? "")
        let pieces = authority.split(at: UInt8(ascii: "@"))
        try require(pieces.count == (uri.hasUserInformation ? 2 : 1), "user information is not told apart")
        try require(pieces.last == WireText(place), "host and port are another authority")
        return .accepted
    }
}

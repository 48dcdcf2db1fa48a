import Fuzzing
import HTTP
import Text

/// Credentials that are written again are the same credentials.
enum FuzzedAuthorization {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes) else { return .refused }
        let credentials: Authorization
        do throws(Authorization.Failure) { credentials = try Authorization(text) } catch { return .refused }
        let written: String
        switch credentials {
        case .basic(let id, let secret):
            let pair = "\(PercentEncoding.encode(id)):\(PercentEncoding.encode(secret))"
            written = "Basic \(Base64.encode(Array(pair.utf8)))"
            try require(!id.isEmpty, "a client without a name")
        case .bearer(let token): written = "Bearer \(token)"
        case .dpop(let token): written = "DPoP \(token)"
        case .token(let token): written = "token \(token)"
        case .other(let scheme):
            try require(text.lowercasedASCII.hasPrefix(scheme), "the scheme is another one")
            return .refused
        }
        try require(
            (try? Authorization(WireText(written))) == credentials,
            "what was written is read as something else"
        )
        return .accepted
    }
}

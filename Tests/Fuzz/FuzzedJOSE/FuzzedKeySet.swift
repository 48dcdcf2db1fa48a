import Fuzzing
import JOSE
import Text

/// Keys that are published again are the same keys, and no secret is among them.
enum FuzzedKeySet {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let keys = try? JWKSet(bytes) else { return .refused }
        let written = JSONWriter.write(keys.json)
        try require((try? JWKSet(written)) == keys, "what was written is another set")
        for key in keys.keys {
            try require((try? JWK(key.json)) == key, "what was written is another key")
            let secrets: [WireText] = ["d", "p", "q", "k"]
            try require(secrets.allSatisfy { key.json[$0] == nil }, "a secret is published")
            try require(key.key.thumbprint.byteCount == 43, "a thumbprint of another length")
        }
        return keys.keys.isEmpty ? .refused : .accepted
    }
}

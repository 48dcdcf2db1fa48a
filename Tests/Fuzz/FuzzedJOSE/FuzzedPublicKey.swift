import Crypto
import Fuzzing

/// A key has one spelling, so that two spellings of a key are never two keys.
enum FuzzedPublicKey {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let key = try? PublicKey(der: bytes) else { return .refused }
        try require((try? PublicKey(der: key.der)) == key, "what was written is another key")
        try require((try? PublicKey(key.numbers)) == key, "the numbers are another key")
        return .accepted
    }
}

import Crypto
import Fuzzing
import JOSE
import Text

/// Nothing opens but what was encrypted to us, whatever is done to it.
enum FuzzedEncryptedToken {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let key else { throw Broken("the key of the examples is refused") }
        guard let text = WireText(bytes) else { return .refused }
        do throws(JOSEFailure) { _ = try JWE.open(text, with: [key]) } catch {
            // Far enough: the header was read and a key agreed on.
            return error == .notEncryptedToUs ? .accepted : .refused
        }
        throw Broken("what nobody encrypted was opened")
    }

    private static let key = (try? PrivateJWK(example)).flatMap { OpeningKey($0.key, encryption: .ecdhES, keyID: "e") }

    /// RFC 7518 §C, the key of the receiver.
    private static let example: JSON = [
        "kty": "EC",
        "crv": "P-256",
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    ]
}

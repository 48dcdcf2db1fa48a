internal import Crypto
internal import Text

/// Makes the identifiers that clients poll with, and makes them again for the notice that something can be fetched.
///
/// They are a MAC over a random name, so that the store, which keeps the name, keeps nothing to poll with.
struct BackchannelIDs: Sendable {
    private let key: HMACKey

    /// - Parameter key: The server's own, from which this one is derived.
    init(key: HMACKey) {
        self.key = HMACKey(key.sha256(Array("backchannel identifiers".utf8)))
    }

    /// 256 bits: OpenID CIBA Core 1.0 §7.3 wants 128 at the least.
    func id(of name: UUID) -> WireText { WireText(Base64URL.encode(key.sha256(Array(name.text.utf8)))) }
}

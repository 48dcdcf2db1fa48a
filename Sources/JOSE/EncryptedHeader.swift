import Crypto
import Text

/// The protected header of an encrypted token: RFC 7516 §4.
struct EncryptedHeader: Sendable {
    let encryption: KeyEncryption
    let content: ContentEncryption
    let keyID: WireText?
    let contentType: WireText?
    /// The sender's half of an agreement, a point of our curve: RFC 7518 §4.6.1.1.
    let ephemeralKey: PublicKey?
    let partyU: [UInt8]
    let partyV: [UInt8]

    init(_ json: JSON) throws(JOSEFailure) {
        // A few bytes that become megabytes, and work whose amount the sender sets, are not written here. What must be
        // understood and is not, refuses the token: RFC 7516 §4.1.13.
        for name in ["crit", "zip", "b64", "p2c", "p2s"] as [WireText] where json[name] != nil {
            throw .unsupportedHeader(name)
        }
        guard let algorithm = json["alg"]?.text else { throw .badHeader("alg") }
        guard let encryption = KeyEncryption(algorithm) else { throw .unknownAlgorithm }
        guard let name = json["enc"]?.text else { throw .badHeader("enc") }
        guard let content = ContentEncryption(name) else { throw .unknownAlgorithm }
        self.encryption = encryption
        self.content = content
        keyID = try json.optionalText("kid", else: JOSEFailure.badHeader)
        contentType = try json.optionalText("cty", else: JOSEFailure.badHeader)
        ephemeralKey = try json["epk"].map { json throws(JOSEFailure) in try JWK(json).key }
        partyU = try Self.party("apu", json)
        partyV = try Self.party("apv", json)
    }

    private static func party(_ name: WireText, _ json: JSON) throws(JOSEFailure) -> [UInt8] {
        guard let value = json[name] else { return [] }
        guard let bytes = value.text.flatMap({ Base64URL.decode($0) }) else { throw .badHeader(name) }
        return bytes
    }
}

import Crypto
import Text

extension Consent {
    /// SHA-256 of everything that was agreed about, so that a history can tell whether it is still the same.
    ///
    /// One line of JSON with its members in this order; what was received stands in it by its own SHA-256.
    package var termsDigest: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("consent", id.text)
        writer.member("third_party", thirdParty.text)
        writer.member("origin", WireText(origin.rawValue))
        writer.member("created", created.seconds)
        writer.member("permissions", json: .array(permissions.map { .text($0.spelling) }))
        if let from = period.from { writer.member("from", from.seconds) }
        if let to = period.to { writer.member("to", to.seconds) }
        if let expires = lifetime.expires { writer.member("expires", expires.seconds) }
        if let days = lifetime.days { writer.member("days", Int64(days)) }
        if let endUser { writer.member("end_user", endUser) }
        writer.member("named_accounts", json: .array(namedAccounts.map { .text($0) }))
        if let person = authorisation?.person { writer.member("person", person.text) }
        writer.member("receipt_sha256", WireText(Hex.encode(Digest.sha256(receipt))))
        writer.endObject()
        return Digest.sha256(writer.bytes)
    }
}

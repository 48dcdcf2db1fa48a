package import Crypto
package import Text

/// A registration that its sender may send again, and get the same answer.
package struct IdempotencyRecord: Sendable, Hashable {
    /// Whose key it is; the same key of somebody else is another one.
    package let thirdParty: Identifier<ThirdParty>
    /// SHA-256 of the key and of the API that it came to.
    package let key: Fingerprint
    /// SHA-256 of the body, which must be the same one the second time.
    package let request: Fingerprint
    /// What was registered.
    package let consent: Identifier<Consent>
    /// From when on the key means nothing any more.
    package let expires: Timestamp

    /// A record, as it is made or as a store reads it.
    package init(
        thirdParty: Identifier<ThirdParty>,
        key: Fingerprint,
        request: Fingerprint,
        consent: Identifier<Consent>,
        expires: Timestamp
    ) {
        self.thirdParty = thirdParty
        self.key = key
        self.request = request
        self.consent = consent
        self.expires = expires
    }

    /// UK Read/Write API 3.1.2, "Idempotency": a day.
    package static let seconds = 86_400
    /// UK Read/Write API 3.1.2, "Idempotency".
    package static let keyBytes = 1...40
}

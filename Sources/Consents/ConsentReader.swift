package import Crypto
package import Text

/// The questions asked about consents.
package protocol ConsentReader: Sendable {
    /// The consent as it stands, deleted ones included.
    func consent(_ id: Identifier<Consent>) async throws(StoreFailure) -> Consent?

    /// One page of the consents that fit, deleted ones included, the last registered first.
    func consents(matching search: ConsentSearch, at now: Timestamp) async throws(StoreFailure) -> ConsentsFound

    /// What a third party registered under this key, if it is remembered.
    func idempotencyRecord(
        of thirdParty: Identifier<ThirdParty>,
        key: Fingerprint
    ) async throws(StoreFailure) -> IdempotencyRecord?

    /// Its history, oldest first.
    func revisions(of id: Identifier<Consent>) async throws(StoreFailure) -> [Revision]
}

package import Text

/// The questions asked about consents.
package protocol ConsentReader: Sendable {
    /// The consent as it stands, deleted ones included.
    func consent(_ id: Identifier<Consent>) async throws(StoreFailure) -> Consent?

    /// Its history, oldest first.
    func revisions(of id: Identifier<Consent>) async throws(StoreFailure) -> [Revision]
}

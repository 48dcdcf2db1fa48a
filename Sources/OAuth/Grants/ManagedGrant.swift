package import Text

/// The question asked about a grant that a client manages.
package protocol ManagedGrantReader: Sendable {
    /// What is issued on a consent now: the last family that was not revoked, if there is one.
    func liveFamily(of intent: Identifier<Intent>) async throws(StoreFailure) -> TokenFamily?
}

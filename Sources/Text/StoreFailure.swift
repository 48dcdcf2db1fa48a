/// What a store can do to us: never an answer about the thing that was asked for.
///
/// It stands on the first floor because both cores name it where they ask questions, and neither knows
/// the other. A failed read is not "absent" and not "unspent" (security.md ST-30): it ends the request
/// with 503, and nothing is acknowledged.
package enum StoreFailure: Error, Sendable, Hashable {
    /// More work waits than the store may queue.
    case overloaded
    /// Another process held the store for longer than we wait.
    case busy
    /// The disk is full.
    case full
    /// The file or its file system cannot be written.
    case readOnly
    /// A read, a write or a sync failed.
    case inputOutput
    /// What is stored contradicts itself or our schema.
    case corrupt(String)
    /// The way to the store ended inside a commit: it may have been kept, and nobody has heard.
    case unknown
    /// The store is closed, or was never there.
    case unavailable
}

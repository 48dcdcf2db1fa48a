package import Net

/// Why a call to a URL of a client's came to nothing; for the log, and for nobody else.
package enum OutboundFailure: Error, Sendable, Hashable {
    /// The URL leads to no listed host; nothing was looked up and nothing was sent.
    case notListed
    /// As many calls are under way as there may be.
    case busy
    /// It could not be reached, did not answer in time, or answered too much.
    case unreachable(NetFailure)
}

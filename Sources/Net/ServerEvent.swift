/// What an operator may want to know of a server's wires.
package enum ServerEvent: Sendable {
    case listening(Address)
    /// No descriptor was left for a new connection; nothing is accepted for a moment.
    case acceptPaused
    case acceptResumed
    /// As many connections are open as may be; those that have been idle longest are closed.
    case full
    /// A request was answered with 503, because there was no memory to read it into.
    case shed
    case acceptFailed(NetFailure)
    case handshakeFailed(Address, String)
}

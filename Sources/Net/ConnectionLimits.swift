internal import Text

/// How long and how much one connection may take; tests shorten them.
package struct ConnectionLimits: Sendable {
    package var handshake = Ticks(seconds: Limits.handshakeSeconds)
    package var head = Ticks(seconds: Limits.headSeconds)
    package var body = Ticks(seconds: Limits.bodySeconds)
    package var idle = Ticks(seconds: Limits.idleSeconds)
    package var write = Ticks(seconds: Limits.writeSeconds)
    package var linger = Ticks(seconds: Limits.lingerSeconds)
    package var bodyBytes = Limits.bodyBytes
    package var pipelinedRequests = Limits.pipelinedRequests
    package var connectionsPerLoop = Limits.connectionsPerLoop
    /// Connections that have a request or an answer under way.
    package var busyPerLoop = Limits.connectionsPerLoop

    package init() {}
}

package import HTTP

/// What a server asks for its answers.
package protocol RequestHandler: Sendable {
    /// Answers a request, on the loop that read it; no other request of the same connection is read meanwhile.
    ///
    /// Whatever this waits for must end by itself: a connection has a deadline for each of its own waits only.
    func respond(to request: Request) async -> Response

    /// What a client hears whose bytes are no request. The connection is closed after it in any case.
    func refuse(_ malformation: Malformation, from peer: Peer) -> Response
}

extension RequestHandler {
    package func refuse(_ malformation: Malformation, from peer: Peer) -> Response {
        .empty(malformation.status)
    }
}

package import Text

/// A whole request, as a value.
package struct Request: Sendable {
    package var method: Method
    /// The path exactly as it was sent, without the query.
    package var path: WireText
    /// What stands behind the first `?`, undecoded; `nil` where there is no `?`.
    package var query: WireText?
    /// Host and port as the client named them, in lower case; `nil` only in HTTP/1.0.
    package var authority: WireText?
    package var fields: Fields
    package var body: [UInt8]
    package var peer: Peer
    package var isVersion10: Bool

    package init(
        method: Method,
        path: WireText,
        query: WireText? = nil,
        authority: WireText? = nil,
        fields: Fields = Fields(),
        body: [UInt8] = [],
        peer: Peer,
        isVersion10: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.authority = authority
        self.fields = fields
        self.body = body
        self.peer = peer
        self.isVersion10 = isVersion10
    }

    package init(_ head: RequestHead, body: [UInt8], from peer: Peer) {
        self.init(
            method: head.method,
            path: head.path,
            query: head.query,
            authority: head.authority,
            fields: head.fields,
            body: body,
            peer: peer,
            isVersion10: head.isVersion10
        )
    }
}

import Text

/// A request as one buffer, for our own client.
package enum RequestBytes {
    /// Appends a request behind what waits to be sent already.
    ///
    /// - Returns: False, and nothing is written, where method, target or host could not be read again.
    package static func write(_ request: Request, into bytes: inout [UInt8]) -> Bool {
        let method = request.method.token
        let target = request.query.map { WireText("\(request.path)?\($0)") } ?? request.path
        guard method.utf8.allSatisfy(\.isTokenCharacter), !method.isEmpty,
            target.utf8.allSatisfy(\.isTargetCharacter), !target.isEmpty,
            let authority = request.authority, let host = FieldValue(authority)
        else { return false }

        var fields = Fields()
        fields.append(.host, host)
        var others = request.fields
        for name in [FieldName.host, .contentLength, .transferEncoding] { others.remove(name) }
        fields.append(others)
        // RFC 9110 §8.6: a method that has a use for a body says also that there is none.
        if !request.body.isEmpty || request.method == .post || request.method == .put {
            fields.append(.contentLength, FieldValue(request.body.count))
        }

        bytes.append(contentsOf: method.utf8)
        bytes.append(.space)
        bytes.append(contentsOf: target.utf8)
        bytes.append(contentsOf: (request.isVersion10 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n").utf8)
        bytes.append(contentsOf: fields.lines)
        bytes.append(contentsOf: "\r\n".utf8)
        bytes.append(contentsOf: request.body)
        return true
    }
}

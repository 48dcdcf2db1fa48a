import Text

/// A response as one buffer, head and body, so that it leaves in one write.
package enum ResponseBytes {
    /// Appends a response behind what waits to be sent already.
    ///
    /// - Parameter date: The time as headers spell it; the caller makes it once a second.
    package static func write(
        _ response: Response,
        for method: Method,
        keepAlive: Bool,
        date: String,
        into bytes: inout [UInt8]
    ) {
        let status = response.status
        let size = bytes.count + response.fields.lines.count + response.body.count + 160
        // Room for exactly one more would have every answer that waits behind others copy them all.
        if size > bytes.capacity { bytes.reserveCapacity(max(size, bytes.capacity * 2)) }
        bytes.append(contentsOf: "HTTP/1.1 ".utf8)
        bytes.appendDecimal(status.code)
        bytes.append(.space)
        bytes.append(contentsOf: status.reason.utf8)
        bytes.append(contentsOf: "\r\ndate: ".utf8)
        bytes.append(contentsOf: date.utf8)
        // RFC 9112 §6.3: a client finds the end by the length or, for these, by the status alone.
        if !status.hasNoBody {
            bytes.append(contentsOf: "\r\ncontent-length: ".utf8)
            bytes.appendDecimal(response.body.count)
        }
        if response.closesConnection || !keepAlive {
            bytes.append(contentsOf: "\r\nconnection: close".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
        bytes.append(contentsOf: withoutFraming(response.fields).lines)
        bytes.append(contentsOf: "\r\n".utf8)
        // RFC 9110 §9.3.2: HEAD is told the length of what GET would bring, and gets nothing.
        if !status.hasNoBody && method != .head {
            bytes.append(contentsOf: response.body)
        }
    }

    /// The answer to a client that waits before it sends its body: RFC 9110 §10.1.1.
    package static let `continue` = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Where an answer ends is said once, above, whatever a caller put among its fields.
    private static func withoutFraming(_ fields: Fields) -> Fields {
        var fields = fields
        for name in [FieldName.connection, .contentLength, .date, .transferEncoding] { fields.remove(name) }
        return fields
    }
}

extension [UInt8] {
    mutating func appendDecimal(_ number: Int) {
        append(contentsOf: String(number).utf8)
    }
}

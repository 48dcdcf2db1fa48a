package import Text

/// A whole response, as a value.
///
/// Length, date and connection are not among its fields: they are written by `ResponseBytes`, which
/// alone decides where a response ends.
package struct Response: Sendable {
    package var status: Status
    package var fields: Fields
    package var body: [UInt8]
    package var closesConnection: Bool

    package init(
        _ status: Status,
        fields: Fields = Fields(),
        body: [UInt8] = [],
        closesConnection: Bool = false
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.closesConnection = closesConnection
    }
}

extension Response {
    package static func json(_ status: Status, _ value: JSON) -> Response {
        json(status, bytes: JSONWriter.write(value))
    }

    /// A body that is JSON already.
    package static func json(_ status: Status, bytes: [UInt8]) -> Response {
        Response(status, fields: jsonFields, body: bytes)
    }

    package static func text(_ status: Status, _ text: WireText) -> Response {
        Response(status, fields: textFields, body: text.bytes)
    }

    package static func html(_ bytes: [UInt8], status: Status = .ok) -> Response {
        Response(status, fields: htmlFields, body: bytes)
    }

    /// Sends a browser elsewhere: 303, so that a form is never sent a second time (RFC 9700 §4.12).
    ///
    /// A target that would break the line is a mistake of ours, and answered as one.
    package static func redirect(to target: WireText, status: Status = .seeOther) -> Response {
        guard let target = FieldValue(target) else { return .empty(.internalServerError) }
        var response = Response(status)
        response.fields.append(.location, target)
        return response
    }

    package static func empty(_ status: Status) -> Response {
        Response(status)
    }

    private static let jsonFields = contentType("application/json")
    private static let textFields = contentType("text/plain; charset=utf-8")
    private static let htmlFields = contentType("text/html; charset=utf-8")

    private static func contentType(_ value: FieldValue) -> Fields {
        var fields = Fields()
        fields.append(.contentType, value)
        return fields
    }
}

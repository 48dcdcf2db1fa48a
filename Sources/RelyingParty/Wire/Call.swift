package import HTTP
package import Text

/// A request that is to be sent, with its whole URL.
package struct Call: Sendable {
    package var purpose: Purpose
    package var method: Method
    package var url: WireText
    package var fields: Fields
    package var body: [UInt8]

    package init(
        _ purpose: Purpose,
        _ method: Method,
        _ url: WireText,
        fields: Fields = Fields(),
        body: [UInt8] = []
    ) {
        self.purpose = purpose
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }

    package static func get(_ purpose: Purpose, _ url: WireText, accept: FieldValue = "application/json") -> Call {
        var call = Call(purpose, .get, url)
        call.fields.append(.accept, accept)
        return call
    }

    /// A form as machines send it.
    package static func form(_ purpose: Purpose, _ url: WireText, _ form: FormFields) -> Call {
        var call = Call(purpose, .post, url, body: Array(form.encoded.utf8))
        call.fields.append(.accept, "application/json")
        call.fields.append(.contentType, "application/x-www-form-urlencoded")
        return call
    }

    package static func json(_ purpose: Purpose, _ url: WireText, _ document: JSON) -> Call {
        var call = Call(purpose, .post, url, body: JSONWriter.write(document))
        call.fields.append(.accept, "application/json")
        call.fields.append(.contentType, "application/json")
        return call
    }

    /// The same with one field more; a value that no field may have is left out.
    package func with(_ name: FieldName, _ value: WireText) -> Call {
        guard let value = FieldValue(value) else { return self }
        var call = self
        call.fields.set(name, value)
        return call
    }

    /// The same with an access token: RFC 6750 §2.1, RFC 9449 §7.1.
    package func bearing(_ token: WireText, scheme: WireText = "Bearer") -> Call {
        with(.authorization, WireText("\(scheme) \(token)"))
    }

    /// The fields of a form that is the body.
    package var form: FormFields? {
        guard fields.first(.contentType)?.hasPrefix("application/x-www-form-urlencoded") == true else { return nil }
        return try? FormFields(body.span)
    }
}

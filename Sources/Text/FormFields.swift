/// Names and values of a query or of an `application/x-www-form-urlencoded` body, in order.
///
/// Duplicates are kept so that they can be refused: RFC 6749 §3.1 and §3.2 allow each parameter once.
package struct FormFields: Sendable, Hashable {
    /// A name and its value, decoded.
    package struct Field: Sendable, Hashable {
        package let name: WireText
        package let value: WireText

        package init(_ name: WireText, _ value: WireText) {
            self.name = name
            self.value = value
        }
    }

    /// Why bytes are not a form.
    package enum Malformation: Error, Sendable, Hashable {
        /// A bad escape, or bytes that are not UTF-8.
        case encoding
        /// More fields than are taken.
        case tooMany
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// Decodes each name and each value exactly once.
    package init(_ bytes: borrowing Span<UInt8>, limit: Int = Limits.formFields) throws(Malformation) {
        fields = []
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: UInt8(ascii: "&"), in: start..<bytes.count) ?? bytes.count
            if end > start {
                guard fields.count < limit else { throw .tooMany }
                let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: start..<end)
                let nameEnd = equals ?? end
                let valueStart = equals.map { $0 + 1 } ?? end
                guard let name = PercentEncoding.decode(bytes, in: start..<nameEnd, plusIsSpace: true),
                    let value = PercentEncoding.decode(bytes, in: valueStart..<end, plusIsSpace: true)
                else { throw .encoding }
                fields.append(Field(name, value))
            }
            start = end + 1
        }
    }

    /// Reads a query or a body that is known to be UTF-8.
    package init(_ text: WireText) throws(Malformation) {
        try self.init(text.string.utf8.span)
    }

    /// The first value of a name, empty ones included.
    package subscript(name: WireText) -> WireText? {
        fields.first { $0.name == name }?.value
    }

    /// Every value of a name, in order.
    package func all(_ name: WireText) -> [WireText] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// A name that occurs more than once, if there is one.
    package var duplicatedName: WireText? {
        var seen: Set<WireText> = []
        return fields.first { !seen.insert($0.name).inserted }?.name
    }

    /// Adds a field at the end.
    package mutating func append(_ name: WireText, _ value: WireText) {
        fields.append(Field(name, value))
    }

    /// As it goes into a query or a body, in order.
    package var encoded: String {
        var bytes: [UInt8] = []
        for field in fields {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            PercentEncoding.append(field.name, to: &bytes)
            bytes.append(UInt8(ascii: "="))
            PercentEncoding.append(field.value, to: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

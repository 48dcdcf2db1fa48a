package import Text

/// What a body is: RFC 9110 §8.3.1.
package struct MediaType: Sendable, Hashable {
    package struct Parameter: Sendable, Hashable {
        /// In lower case.
        package let name: WireText
        /// Without its quotes.
        package let value: WireText
    }

    /// `type/subtype` in lower case.
    package let essence: WireText
    package let parameters: [Parameter]

    /// Reads one media type that fills the text.
    package init?(_ text: WireText) {
        var rest = text.utf8[...].trimmed
        guard let essence = Self.essence(&rest), let parameters = Self.parameters(&rest), rest.isEmpty else {
            return nil
        }
        self.essence = essence
        self.parameters = parameters
    }

    /// The type of a request's body; `nil` where it is missing, repeated or malformed.
    package init?(_ fields: Fields) {
        guard let value = try? fields.single(.contentType) else { return nil }
        // What nearly every request says is not taken apart.
        if value == Self.form.essence { self = Self.form } else { self.init(value) }
    }

    private init(assertion essence: WireText) {
        self.essence = essence
        parameters = []
    }

    private static let form = MediaType(assertion: "application/x-www-form-urlencoded")

    /// The value of a parameter, its name in lower case.
    package subscript(name: WireText) -> WireText? {
        parameters.first { $0.name == name }?.value
    }
}

extension MediaType {
    /// Takes `type/subtype` from the front.
    static func essence(_ rest: inout Substring.UTF8View) -> WireText? {
        guard let type = token(&rest), take(UInt8(ascii: "/"), &rest), let subtype = token(&rest) else { return nil }
        return WireText("\(type)/\(subtype)").lowercasedASCII
    }

    /// Takes parameters from the front, up to what is none; `nil` where one is malformed or given twice.
    static func parameters(_ rest: inout Substring.UTF8View) -> [Parameter]? {
        var parameters: [Parameter] = []
        while true {
            let before = rest
            skipSpace(&rest)
            guard take(UInt8(ascii: ";"), &rest) else {
                // White space in front of something else is for the caller to judge.
                if !rest.isEmpty { rest = before }
                return parameters
            }
            skipSpace(&rest)
            guard let name = token(&rest)?.lowercasedASCII, take(UInt8(ascii: "="), &rest),
                let value = token(&rest) ?? quotedText(&rest),
                !parameters.contains(where: { $0.name == name })
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
    }

    static func token(_ rest: inout Substring.UTF8View) -> WireText? {
        let token = rest.prefix(while: \.isTokenCharacter)
        guard !token.isEmpty else { return nil }
        rest = rest[token.endIndex...]
        return WireText(token)
    }

    static func take(_ byte: UInt8, _ rest: inout Substring.UTF8View) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }

    static func skipSpace(_ rest: inout Substring.UTF8View) {
        rest = rest.drop(while: \.isFieldSpace)
    }

    /// RFC 9110 §5.6.4, without its quotes and escapes.
    private static func quotedText(_ rest: inout Substring.UTF8View) -> WireText? {
        guard take(UInt8(ascii: "\""), &rest) else { return nil }
        var text: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return WireText(text)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                text.append(escaped)
            default: text.append(byte)
            }
        }
        return nil
    }
}

package import Text

/// The credentials of a request: RFC 9110 §11.6.2.
package enum Authorization: Sendable, Hashable {
    /// A client's name and secret, each form-decoded: RFC 6749 §2.3.1.
    case basic(id: WireText, secret: WireText)
    /// RFC 6750 §2.1.
    case bearer(WireText)
    /// An access token bound to a key: RFC 9449 §7.1.
    case dpop(WireText)
    /// A static token, in the scheme of that name.
    case token(WireText)
    /// A scheme that we do not speak, in lower case.
    case other(scheme: WireText)

    /// Why credentials cannot be read.
    package enum Failure: Error, Sendable, Hashable, CaseIterable {
        case repeated
        case schemeMalformed
        case base64Malformed
        /// Between name and secret: RFC 7617 §2.
        case colonMissing
        /// RFC 6749 §2.3.1: name and secret are form-encoded before they are joined.
        case formMalformed
        case clientMissing
        case tokenMalformed
    }

    /// Reads the credentials of a request, or `nil` where it has none.
    package static func read(_ fields: Fields) throws(Failure) -> Authorization? {
        let value: WireText?
        do { value = try fields.single(.authorization) } catch {
            switch error {
            case .repeated: throw .repeated
            case .notText: throw .schemeMalformed
            }
        }
        guard let value else { return nil }
        return try Authorization(value)
    }

    /// Reads the value of the field.
    package init(_ value: WireText) throws(Failure) {
        let bytes = value.utf8
        let schemeEnd = bytes.firstIndex(of: .space) ?? bytes.endIndex
        let scheme = bytes[..<schemeEnd]
        guard !scheme.isEmpty, scheme.allSatisfy(\.isTokenCharacter) else { throw .schemeMalformed }
        let credentials = WireText(bytes[schemeEnd...].drop { $0 == .space })
        // RFC 9110 §11.1: the name of a scheme has no case.
        switch WireText(scheme).lowercasedASCII {
        case "basic": self = try Self.basic(credentials)
        case "bearer": self = .bearer(try Self.token(credentials))
        case "dpop": self = .dpop(try Self.token(credentials))
        case "token": self = .token(try Self.token(credentials))
        case let scheme: self = .other(scheme: scheme)
        }
    }

    private static func basic(_ credentials: WireText) throws(Failure) -> Authorization {
        guard !credentials.isEmpty, let pair = Base64.decode(credentials) else { throw .base64Malformed }
        guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { throw .colonMissing }
        guard let id = PercentEncoding.decode(pair.span, in: 0..<colon, plusIsSpace: true),
            let secret = PercentEncoding.decode(pair.span, in: (colon + 1)..<pair.count, plusIsSpace: true)
        else { throw .formMalformed }
        guard !id.isEmpty else { throw .clientMissing }
        return .basic(id: id, secret: secret)
    }

    /// RFC 9110 §11.2: `token68`.
    private static func token(_ credentials: WireText) throws(Failure) -> WireText {
        let bytes = credentials.utf8
        let letters = bytes.prefix { $0 != UInt8(ascii: "=") }
        guard !letters.isEmpty,
            letters.allSatisfy({ $0.isUnreserved || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") }),
            bytes[letters.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") })
        else { throw .tokenMalformed }
        return credentials
    }
}

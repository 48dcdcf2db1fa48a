package import Consents
package import HTTP
package import Text

/// One act of a surface: how it is called, and with what.
package struct SurfaceRoute: Sendable {
    package let method: Method
    /// A pattern of the router, in which a consent's identifier is called `:id`.
    package let path: WireText
    package let credential: SurfaceCredential
    package let act: SurfaceAct

    package init(_ method: Method, _ path: WireText, with credential: SurfaceCredential, _ act: SurfaceAct) {
        self.method = method
        self.path = path
        self.credential = credential
        self.act = act
    }
}

/// The kind of access token that an act needs.
package enum SurfaceCredential: Sendable, Hashable {
    /// A client credentials token: the third party speaks for itself.
    case thirdParty(scope: WireText)
    /// A token that a person's consent stands behind.
    case consent(scope: WireText)

    package var scope: WireText {
        switch self {
        case .thirdParty(let scope), .consent(let scope): scope
        }
    }
}

/// What a request does; performed by the server, with the surface's words.
package enum SurfaceAct: Sendable {
    package typealias Draft = @Sendable (_ body: [UInt8]) throws(SurfaceRefusal) -> ConsentDraft
    /// - Parameter base: The scheme and authority of the server, before the surface's prefix.
    package typealias Document = @Sendable (_ consent: Consent, _ base: WireText, _ now: Timestamp) -> JSON
    package typealias Reading = @Sendable (AccountRequest) throws(SurfaceRefusal) -> JSON

    /// Registers what the body asks for. The body is kept as the receipt, byte for byte.
    case create(Draft, Document)
    /// Shows the consent.
    case fetch(Document)
    /// Takes the consent back, as the third party.
    case delete
    /// Reads account data within a consent in force.
    case read(Reading)
}

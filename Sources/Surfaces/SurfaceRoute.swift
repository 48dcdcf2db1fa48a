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

/// How whoever calls an act must prove who they are.
package enum SurfaceCredential: Sendable, Hashable {
    /// A client credentials token: the third party speaks for itself.
    case thirdParty(scope: WireText)
    /// A token that a person's consent stands behind.
    case consent(scope: WireText)
    /// The static token of a client, in the scheme `Token`: Klarna's.
    case portal
    /// A bank's own back end, by Basic: Konsentus'.
    case institution
    /// A token for one of a merchant's users: Acount's.
    case merchant
    /// A merchant's own back end, by Basic or by the headers of its partner API.
    case partner
    /// One of the bank's own systems, by Basic and for what it is registered for.
    case bank(BankRole)
    /// The bank's staff by Basic and a name, or a person by an access token of the bank's own portal.
    case staff
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
    case klarna(KlarnaAct)
    case konsentus(KonsentusAct)
    case merchant(MerchantAct)
    case bank(BankAct)
}

/// What one of the bank's own systems is registered for, by the name in its document.
package enum BankRole: String, Sendable, Hashable, CaseIterable {
    /// Shows the consent page in our place.
    case consentPage = "consent-page"
    /// Registers and ends consents for third parties, as a gateway.
    case manage
    /// Asks whether a request may pass.
    case validate
    /// Searches and revokes, for the staff.
    case admin
}

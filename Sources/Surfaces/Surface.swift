package import Consents
package import HTTP
package import Text

/// A consent API: where it is called, and how it is read and spelled.
///
/// A surface translates and does nothing else. What its acts do to consents is the same for all of
/// them, and done by the server.
package protocol Surface: Sendable {
    var name: WireText { get }

    /// The name under which its consents are stored.
    var origin: Consent.Origin { get }

    /// Every path below this one is the surface's, the unknown ones included.
    var prefix: WireText { get }

    var routes: [SurfaceRoute] { get }

    /// The field by which a registration may be sent again and is made once; absent where the API has none.
    var idempotencyKey: FieldName? { get }

    /// Refuses a request for what its header says: media types, and the fields that the surface knows.
    ///
    /// Asked after the token was checked, so that a stranger learns nothing.
    func admit(_ request: Request, for act: SurfaceAct) throws(SurfaceRefusal)

    /// The same surface, told under which scheme and authority it is reached.
    func served(from base: WireText) -> any Surface

    /// What this request is called in answers and in the log.
    ///
    /// - Parameter fresh: A name that nobody has, for a request that brings none.
    func reference(of request: Request, orElse fresh: UUID) -> UUID

    /// Whether the surface has words for a consent that was registered on another one.
    func canSpell(_ consent: Consent) -> Bool

    /// An answer that says yes; the document is absent where there is nothing to show.
    func answer(_ status: Status, _ document: JSON?) -> Response

    /// A refusal in the surface's own shape.
    ///
    /// - Parameter reference: What the log calls this request.
    func answer(_ refusal: SurfaceRefusal, reference: UUID) -> Response

    /// What a refusal is called in such an answer; `nil` where its status says it all.
    func error(for refusal: SurfaceRefusal) -> SurfaceError?

    /// Adds what stands on every answer, whatever it says and whoever made it.
    ///
    /// - Parameter reference: What the log calls this request.
    func complete(_ response: Response, to request: Request, reference: UUID) -> Response
}

extension Surface {
    package var idempotencyKey: FieldName? { nil }

    package func served(from base: WireText) -> any Surface { self }

    package func reference(of request: Request, orElse fresh: UUID) -> UUID { fresh }

    /// Whether the surface answers for this path.
    package func owns(_ path: WireText) -> Bool {
        path.hasPrefix(prefix) && (path.byteCount == prefix.byteCount || path.hasPrefix(WireText("\(prefix)/")))
    }

    /// The consent that a third party asked for by its identifier, if it may see it here.
    ///
    /// - Parameter isShared: Whether consents of other surfaces are seen as well, where there are words for them.
    package func visible(
        _ consent: Consent?,
        to thirdParty: Identifier<ThirdParty>,
        isShared: Bool
    ) throws(SurfaceRefusal) -> Consent {
        guard let consent, knows(consent, isShared: isShared) else { throw .notFound }
        guard consent.thirdParty == thirdParty else { throw .notYours }
        // Deleted is no status: on its own API the consent is not there any more.
        guard consent.deleted == nil else { throw .notFound }
        return consent
    }

    /// Whether a consent was registered here, or is shared and there are words for it.
    package func knows(_ consent: Consent, isShared: Bool) -> Bool {
        consent.origin == origin || (isShared && canSpell(consent))
    }
}

package import Consents
package import HTTP
package import Text

/// Every "no" of a consent API, before a surface spells it.
package enum SurfaceRefusal: Error, Sendable, Hashable {
    // The access token.
    case tokenMissing
    /// Unknown, malformed, expired or revoked, or its consent is not in force.
    case tokenInvalid
    /// A person's token where the third party must speak for itself, or the other way round.
    case tokenKindWrong
    case scopeLacking(WireText)
    /// The person must sign in again, or otherwise: RFC 9470.
    case loginInsufficient(StepUp)
    /// Another credential than an access token, which is missing or proves nobody.
    case credentialInvalid

    // The request as such.
    case pathUnknown
    case methodNotAllowed(allow: FieldValue)
    case mediaTypeUnsupported
    case notAcceptable
    case bodyTooLarge
    case headerInvalid(FieldName)

    // The body and the query; a path names the field as the surface's documentation does.
    case bodyMalformed
    case fieldMissing(path: WireText)
    case fieldUnexpected(path: WireText)
    case fieldInvalid(path: WireText)
    case dateInvalid(path: WireText)

    // The consent.
    case notFound
    case notYours
    case consent(ConsentRefusal)
    /// A redirect URI that the third party has not registered.
    case redirectUnregistered
    /// An authorization code that buys nothing here.
    case codeInvalid

    // Sessions and their one-time tokens.
    case sessionUnknown
    /// Closed, or out of time.
    case sessionEnded
    /// Nothing has been allowed yet, or nothing that may be handed out.
    case notRetrievable
    case consentTokenInvalid
    /// Used before, so that a newer one lives.
    case consentTokenUsed
    case quotaSpent(retryAfterSeconds: Int)

    // Account data.
    case permissionLacking
    /// An account outside the consent; whether it exists anywhere is not told.
    case accountNotOpen

    // Ours.
    case unavailable(retryAfterSeconds: Int)
    case failed
}

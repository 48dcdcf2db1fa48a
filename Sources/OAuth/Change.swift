package import Crypto
package import Text

/// Everything the protocol may want changed, each with the condition under which it is.
///
/// The store makes all changes of a list or none. A condition that does not hold ends the list, and
/// `refusal` says what the loser of that race is told.
package enum Change: Sendable, Hashable {
    /// Keeps a pushed request, if its client has not left too many that still wait for a browser.
    case keepPushedRequest(PushedRequest, at: Timestamp)
    /// Spends a pushed request, if nobody has decided about it.
    case spendPushedRequest(Fingerprint, at: Timestamp)
    case openInteraction(Interaction)
    /// Ties a login to the request it was made for, if the request still waits.
    case signIn(Identifier<Interaction>, session: Fingerprint, of: Identifier<Person>, at: Timestamp)
    /// Ends a request that waits, if nobody has ended it.
    case closeInteraction(Identifier<Interaction>, at: Timestamp)
    case openSession(Session)
    case endSession(Fingerprint)
    /// Holds if the session is there and has not ended.
    case requireSession(Fingerprint, at: Timestamp)
    /// Remembers what a person allowed a client.
    case rememberScope(Scope, Circumstances, at: Timestamp)
    /// Adds one failed login to the count, which begins anew after `LoginThrottle.memorySeconds`.
    case countLoginFailure(LoginThrottle.Subject, at: Timestamp)
    case forgetLoginFailures(LoginThrottle.Subject)

    case openFamily(TokenFamily)
    case revokeFamily(Identifier<TokenFamily>, at: Timestamp)
    /// Ends everything that was ever issued on a consent.
    case revokeFamilies(of: Identifier<Intent>, at: Timestamp)
    /// Holds if the family has not been revoked.
    case requireFamily(Identifier<TokenFamily>)
    /// Holds if the consent is in force, belongs to the client, and was given by the person.
    case requireConsent(Identifier<Intent>, Identifier<Client>, Identifier<Person>, at: Timestamp)

    case issueCode(CodeRecord)
    /// Spends a code, if nobody has.
    case spendCode(Fingerprint, of: Identifier<TokenFamily>, at: Timestamp)
    /// Counts a wrong redemption; at `Limits.codeFailures` the code is spent.
    case countCodeFailure(Fingerprint, at: Timestamp)
    case issueRefreshToken(RefreshRecord)
    /// Spends a refresh token, if nobody has.
    case spendRefreshToken(Fingerprint, of: Identifier<TokenFamily>, at: Timestamp)
    /// Ends one access token before its time, by the fingerprint of its `jti`.
    ///
    /// With it goes the place of its status, if it has one of its own: the family finds another for what it issues next.
    case revokeAccessToken(Fingerprint, expires: Timestamp, leaving: StatusPlace? = nil)
    /// Spends the identifier of a client assertion, if nobody has.
    case spendAssertion(Identifier<Client>, Fingerprint, expires: Timestamp)
    /// Spends the identifier of a request that its client has signed, if nobody has.
    case spendRequest(Identifier<Client>, Fingerprint, expires: Timestamp)
    /// Spends the identifier of an assertion that stands for a grant, if nobody has.
    case spendGrantAssertion(issuer: WireText, Fingerprint, expires: Timestamp)
    /// Spends the identifier of a proof of possession of this key, if nobody has.
    case spendProof(Fingerprint, Fingerprint, expires: Timestamp)
    /// What becomes of a request that its client polls.
    case polled(PolledRequestChange)
}

extension Change {
    /// What the client hears where the condition does not hold.
    package var refusal: Refusal {
        switch self {
        case .spendCode(_, let family, let now): .codeReplayed(family, at: now)
        case .spendRefreshToken(_, let family, let now): .refreshTokenReplayed(family, at: now)
        case .requireFamily: .familyRevoked
        case .requireConsent: .consentEnded
        case .spendAssertion: .clientAssertionReplayed
        case .spendRequest: .backchannelObjectInvalid
        case .spendGrantAssertion: .assertionReplayed
        case .spendProof: .proofReplayed
        case .signIn, .closeInteraction, .spendPushedRequest: .interactionOver
        case .keepPushedRequest, .openFamily, .revokeAccessToken: .temporarilyUnavailable
        case .requireSession: .loginRequired
        case .polled(let change): change.refusal
        case .openInteraction, .openSession, .endSession, .rememberScope, .countLoginFailure, .forgetLoginFailures,
            .revokeFamily, .revokeFamilies, .issueCode, .countCodeFailure, .issueRefreshToken:
            .serverFailed
        }
    }
}

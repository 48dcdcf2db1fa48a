package import JOSE
package import Text

/// How strictly a client is held, as data on the client.
package enum Profile: String, Sendable, Hashable, CaseIterable {
    /// OAuth 2.1 with OpenID Connect.
    case oauth21
    /// OpenID Connect Core 1.0 for logins, with PKCE where the client sends it.
    case openIDConnect = "openid-connect"
    /// FAPI 1.0 Advanced, as UK Open Banking uses it.
    case fapi1AdvancedUK = "fapi1-advanced-uk"
    /// FAPI 2.0 Security Profile.
    case fapi2
    /// FAPI 2.0 Message Signing: requests and answers that can be shown to a judge.
    case fapi2MessageSigning = "fapi2-message-signing"

    /// What a client of this profile must do: the one table that every decision asks.
    package var demands: Demands {
        switch self {
        case .oauth21: .oauth21
        case .openIDConnect: .openIDConnect
        case .fapi1AdvancedUK: .fapi1AdvancedUK
        case .fapi2: .fapi2
        case .fapi2MessageSigning: .fapi2MessageSigning
        }
    }

    /// What a profile demands of a client, and allows it.
    package struct Demands: Sendable, Hashable {
        /// What may come back through the browser.
        package let responseTypes: Set<ResponseType>
        /// Of these, what comes back in a signed answer only: JARM.
        package let signedAnswers: Set<ResponseType>
        /// Whether requests are pushed: RFC 9126.
        package let needsPush: Bool
        /// Whether requests are signed: RFC 9101.
        package let needsSignedRequest: Bool
        /// What a signed request must say of itself; `aud` always.
        package let requestClaims: Set<ClaimChecks.Claim>
        /// Which requests need PKCE.
        package let challenge: ChallengeDemand
        /// Whether a request for a login needs a nonce, whatever comes back.
        package let needsNonce: Bool
        /// What the client may sign with, and have signed for it.
        package let algorithms: Set<Algorithm>
        /// How the client may prove who it is, by the names of `token_endpoint_auth_method`; `nil` for any way.
        package let authenticationMethods: Set<WireText>?
        /// To what its tokens are bound, one of them at least; empty where they may be bearer tokens.
        package let senderConstraints: Set<SenderConstraint>
        /// Whether a refresh token is given for each that is used.
        package let rotatesRefreshTokens: Bool
        /// Whom its assertions are for.
        package let assertionAudience: AssertionAudience
        /// How long a code lives at the most, whatever is configured.
        package let longestCodeSeconds: Int
        /// What it hears where no login here reaches the level that it needs.
        package let unmetLevel: Refusal
        /// Whether its redirect URIs are `https`, but for those of native clients.
        package let needsHTTPS: Bool
        /// Whether it may ask for accounts, and not only who somebody is.
        package let allowsAccounts: Bool
    }

    /// Which requests need PKCE.
    package enum ChallengeDemand: Sendable, Hashable {
        case every
        /// Those that are pushed; in the others the ID token beside the code binds it.
        case pushed
        /// None; one that is sent is checked all the same.
        case none
    }

    /// What a token can be bound to.
    package enum SenderConstraint: Sendable, Hashable, CaseIterable {
        /// RFC 8705 §3.
        case certificate
        /// RFC 9449.
        case proofOfPossession
    }

    /// What the `aud` of a client assertion may be.
    package enum AssertionAudience: Sendable, Hashable {
        /// Our issuer as one string, so that no other server can bring the assertion here.
        case issuerAlone
        /// Any of our own names, and no other.
        case ours
        /// Any of our own names, with others beside it.
        case oursAmongOthers
    }
}

extension Profile.Demands {
    /// OAuth 2.1 and RFC 9700.
    fileprivate static let oauth21 = Profile.Demands(
        responseTypes: Set(ResponseType.allCases),
        signedAnswers: [],
        needsPush: false,
        needsSignedRequest: false,
        requestClaims: [.issuer, .expires],
        challenge: .every,
        needsNonce: false,
        algorithms: [.es256, .ps256, .edDSA, .rs256],
        authenticationMethods: nil,
        senderConstraints: [],
        rotatesRefreshTokens: true,
        assertionAudience: .ours,
        longestCodeSeconds: 600,
        unmetLevel: .authenticationTooWeak,
        needsHTTPS: false,
        allowsAccounts: true
    )

    /// OpenID Connect Core §3.1.2.1, which knows no PKCE and leaves the nonce of a code flow to the client.
    ///
    /// RFC 9700 §2.1.1 wants the client to guard against injected codes, and leaves a confidential one the choice how; what
    /// may be lost where it does not is bounded to a login.
    fileprivate static let openIDConnect = Profile.Demands(
        responseTypes: [.code, .codeIDToken],
        signedAnswers: [],
        needsPush: false,
        needsSignedRequest: false,
        requestClaims: oauth21.requestClaims,
        challenge: .none,
        needsNonce: false,
        algorithms: oauth21.algorithms,
        authenticationMethods: Set(ClientAuthentication.methods.filter { $0 != "none" }),
        senderConstraints: [],
        rotatesRefreshTokens: oauth21.rotatesRefreshTokens,
        assertionAudience: .ours,
        longestCodeSeconds: oauth21.longestCodeSeconds,
        unmetLevel: .authenticationTooWeak,
        needsHTTPS: true,
        allowsAccounts: false
    )

    /// FAPI 1.0 Advanced §5.2.2 and §8.6.
    fileprivate static let fapi1AdvancedUK = Profile.Demands(
        responseTypes: [.codeIDToken, .code],
        signedAnswers: [.code],
        needsPush: false,
        needsSignedRequest: true,
        requestClaims: [.issuer, .expires, .notBefore],
        challenge: .pushed,
        needsNonce: true,
        algorithms: [.es256, .ps256],
        authenticationMethods: fapiMethods,
        senderConstraints: [.certificate],
        rotatesRefreshTokens: false,
        assertionAudience: .oursAmongOthers,
        longestCodeSeconds: 600,
        // The suite of UK Open Banking knows no other word for it.
        unmetLevel: .accessDenied,
        needsHTTPS: true,
        allowsAccounts: true
    )

    /// FAPI 2.0 Security Profile §5.3.2 and §5.4.
    fileprivate static let fapi2 = Profile.Demands(
        responseTypes: [.code],
        signedAnswers: [],
        needsPush: true,
        needsSignedRequest: false,
        requestClaims: [.issuer, .expires, .notBefore],
        challenge: .every,
        needsNonce: false,
        algorithms: [.es256, .ps256, .edDSA],
        authenticationMethods: fapiMethods,
        senderConstraints: [.certificate, .proofOfPossession],
        rotatesRefreshTokens: false,
        assertionAudience: .issuerAlone,
        longestCodeSeconds: 60,
        unmetLevel: .accessDenied,
        needsHTTPS: true,
        allowsAccounts: true
    )

    /// FAPI 2.0 Message Signing §5.3 and §5.4: the security profile, with requests and answers signed.
    fileprivate static let fapi2MessageSigning = Profile.Demands(
        responseTypes: fapi2.responseTypes,
        signedAnswers: fapi2.responseTypes,
        needsPush: fapi2.needsPush,
        needsSignedRequest: true,
        requestClaims: fapi2.requestClaims,
        challenge: fapi2.challenge,
        needsNonce: fapi2.needsNonce,
        algorithms: fapi2.algorithms,
        authenticationMethods: fapi2.authenticationMethods,
        senderConstraints: fapi2.senderConstraints,
        rotatesRefreshTokens: fapi2.rotatesRefreshTokens,
        assertionAudience: fapi2.assertionAudience,
        longestCodeSeconds: fapi2.longestCodeSeconds,
        unmetLevel: fapi2.unmetLevel,
        needsHTTPS: fapi2.needsHTTPS,
        allowsAccounts: fapi2.allowsAccounts
    )

    private static let fapiMethods: Set<WireText> = [
        "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth",
    ]
}

package import Crypto
package import Text

/// Every "no" of the protocol.
///
/// A client reads `code` and `sentence`; logs and metrics read the case. Sentences are fixed, ASCII, and
/// name a parameter at most: nothing that was sent is ever sent back.
package enum Refusal: Error, Sendable, Hashable {
    // Parameters of any endpoint.
    case parameterMissing(Parameter)
    case parameterRepeated(Parameter)
    case parameterMalformed(Parameter)
    case parameterUnsupported(Parameter)
    /// Not a form at all, or parameters in the query and in the body.
    case bodyNotForm
    /// More than `Limits.parkedBytes` of parameters.
    case requestTooLong

    // The client and where its errors may go: answered by a page, never by a redirect.
    case clientUnknown
    case redirectURIMissing
    case redirectURIUnregistered
    case logoutRedirectURIUnregistered

    // The authorization request.
    case responseTypeUnsupported
    case responseTypeNotAllowed
    case responseModeUnsupported
    /// The client, or its profile, wants it at `/par` first.
    case requestNotPushed
    /// A reference of ours that is unknown, too late, decided, or another client's.
    case requestURIInvalid
    /// The client, or its profile, wants it in a request object.
    case requestNotSigned
    /// By value and by reference at once.
    case requestContradictory
    /// Not signed, not by this client, not for us, not for now, or not a request.
    case requestObjectInvalid
    /// The client's profile wants the answer in a JWT.
    case answerNotSigned
    case scopeMissing
    case scopeUnsupported
    case challengeMissing
    case challengeMethodUnsupported
    case challengeMalformed
    case promptContradictory
    case intentMissing
    case intentNotYours
    case intentNotAuthorisable
    case intentContradictory
    /// A resource that is none, is not known here, or was not granted: RFC 8707 §2.
    case targetInvalid
    /// Authorization details of a type that is unknown or not the client's, or not as their type has it: RFC 9396 §5.
    case detailsInvalid
    /// More than was granted.
    case detailsNotGranted
    /// Asked for a consent in the request itself, and for one that is registered.
    case detailsContradictory
    // What shall become of a grant: Grant Management for OAuth 2.0 §5.
    case grantManagementNotAllowed
    /// A grant that has a name cannot be created.
    case grantIDUnexpected
    /// Unknown, ended, another client's, or not managed in this way.
    case grantIDInvalid
    /// What is managed is a consent, and the request asks for none.
    case grantWithoutDetails

    // What the person did, or would have to do.
    case loginRequired
    case consentRequired
    case accessDenied
    case cancelledBeforeLogin
    case denied
    /// Nobody answered in time.
    case timedOut
    case accountLocked
    case noEligibleAccount
    /// It ended while the person was reading.
    case consentOver
    case authenticationTooWeak

    // Client authentication.
    case clientCredentialsMissing
    case clientCredentialsTwice
    case clientCredentialsWrong
    case clientAssertionReplayed

    // Grants.
    case grantTypeUnsupported
    case grantTypeNotAllowed
    case codeUnknown
    case codeExpired
    case codeReplayed(Identifier<TokenFamily>, at: Timestamp)
    case redirectURIDiffers
    case verifierDiffers
    case verifierMissing
    /// The client's tokens are bound to a certificate, and it shows none.
    case certificateMissing
    case certificateDiffers
    /// The client's tokens are bound to a key, and it proves none.
    case proofMissing
    case proofInvalid
    case proofNonceNeeded
    case proofReplayed
    /// A proof of another key than the one that this was issued to.
    case proofKeyDiffers
    case refreshTokenUnknown
    case refreshTokenExpired
    case refreshTokenReplayed(Identifier<TokenFamily>, at: Timestamp)
    case familyRevoked
    case scopeWithdrawn
    case consentEnded
    case personUnavailable
    // Token exchange: RFC 8693.
    case subjectTokenInvalid
    /// A bound token is not swapped for one that whoever has it may use.
    case exchangeUnbound
    /// More hands than `Limits.actors`.
    case delegationTooLong

    // Assertions in the place of a grant: RFC 7523 §2.1.
    /// Of nobody whom this client may bring the word of.
    case assertionIssuerUnknown
    /// Not signed by its issuer, not for us, not for now, or without something that it must say.
    case assertionInvalid
    case assertionSubjectNotAllowed
    /// No consent of this person for this client.
    case assertionConsentUnknown
    case assertionReplayed

    // Requests that are polled.
    /// Unknown, another client's, or used.
    case polledCodeUnknown
    case polledCodeExpired
    /// None of the three hints, or several.
    case hintsNotOne
    /// A hint of the client's own that was good once.
    case hintExpired
    /// The hint names nobody whom we know.
    case personUnknown
    case bindingMessageInvalid
    /// Not signed, not by this client, not for us, not for now, or not a request.
    case backchannelObjectInvalid
    /// Nobody has decided yet.
    case decisionPending
    /// Nobody has decided yet, and the client did not wait before it asked.
    case pollTooEarly(Fingerprint)

    // Tokens at a resource.
    case accessTokenMissing
    /// In the header and in the body at once.
    case accessTokenTwice
    case accessTokenInvalid
    case accessTokenInsufficient
    // The grants themselves: Grant Management for OAuth 2.0 §6.6.
    case grantUnknown
    case grantNotYours

    // Ours.
    case interactionOver
    case serverFailed
    case temporarilyUnavailable
    case tooManyRequests(retryAfterSeconds: Int)
}

extension Refusal {
    /// The error code of RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 6750 §3.1, RFC 8628 §3.5,
    /// or OpenID CIBA Core 1.0 §13.
    package var code: WireText {
        switch self {
        case .parameterUnsupported(.request): "request_not_supported"
        case .parameterUnsupported(.requestURI): "request_uri_not_supported"
        case .parameterUnsupported(.registration): "registration_not_supported"
        case .parameterMissing, .parameterRepeated, .parameterMalformed, .parameterUnsupported, .bodyNotForm,
            .requestTooLong,
            .clientUnknown,
            .redirectURIMissing, .redirectURIUnregistered, .logoutRedirectURIUnregistered,
            .responseModeUnsupported, .requestNotPushed,
            .requestNotSigned, .requestContradictory, .answerNotSigned, .scopeMissing, .challengeMissing,
            .challengeMethodUnsupported, .challengeMalformed, .promptContradictory, .intentMissing,
            .intentNotYours, .intentNotAuthorisable, .intentContradictory, .detailsContradictory,
            .grantIDUnexpected, .grantWithoutDetails, .subjectTokenInvalid, .exchangeUnbound, .delegationTooLong,
            .clientCredentialsTwice, .interactionOver, .certificateMissing, .accessTokenTwice,
            .hintsNotOne, .backchannelObjectInvalid:
            "invalid_request"
        case .proofMissing, .proofInvalid, .proofReplayed: "invalid_dpop_proof"
        case .proofNonceNeeded: "use_dpop_nonce"
        case .requestURIInvalid: "invalid_request_uri"
        case .requestObjectInvalid: "invalid_request_object"
        case .responseTypeUnsupported: "unsupported_response_type"
        case .responseTypeNotAllowed, .grantTypeNotAllowed, .grantManagementNotAllowed: "unauthorized_client"
        case .scopeUnsupported: "invalid_scope"
        case .targetInvalid: "invalid_target"
        case .grantIDInvalid, .grantUnknown: "invalid_grant_id"
        case .detailsInvalid, .detailsNotGranted: "invalid_authorization_details"
        case .loginRequired: "login_required"
        case .consentRequired: "consent_required"
        case .accessDenied, .cancelledBeforeLogin, .denied, .timedOut, .accountLocked, .noEligibleAccount,
            .consentOver, .grantNotYours:
            "access_denied"
        case .authenticationTooWeak: "unmet_authentication_requirements"
        case .clientCredentialsMissing, .clientCredentialsWrong, .clientAssertionReplayed: "invalid_client"
        case .grantTypeUnsupported: "unsupported_grant_type"
        case .codeUnknown, .codeExpired, .codeReplayed, .redirectURIDiffers, .verifierDiffers,
            .verifierMissing, .certificateDiffers, .proofKeyDiffers, .refreshTokenUnknown, .refreshTokenExpired,
            .refreshTokenReplayed, .familyRevoked, .scopeWithdrawn, .consentEnded, .personUnavailable,
            .polledCodeUnknown, .assertionIssuerUnknown, .assertionInvalid, .assertionSubjectNotAllowed,
            .assertionConsentUnknown, .assertionReplayed:
            "invalid_grant"
        case .polledCodeExpired: "expired_token"
        case .hintExpired: "expired_login_hint_token"
        case .personUnknown: "unknown_user_id"
        case .bindingMessageInvalid: "invalid_binding_message"
        case .decisionPending: "authorization_pending"
        case .pollTooEarly: "slow_down"
        case .accessTokenMissing, .accessTokenInvalid: "invalid_token"
        case .accessTokenInsufficient: "insufficient_scope"
        case .serverFailed: "server_error"
        case .temporarilyUnavailable, .tooManyRequests: "temporarily_unavailable"
        }
    }

    /// The status of an answer that is not a redirect.
    package var status: Int {
        switch self {
        case .clientCredentialsMissing, .clientCredentialsWrong, .clientAssertionReplayed, .accessTokenMissing,
            .accessTokenInvalid:
            401
        case .accessTokenInsufficient, .grantNotYours: 403
        case .grantUnknown: 404
        case .serverFailed: 500
        case .temporarilyUnavailable: 503
        // RFC 6585 §4.
        case .tooManyRequests: 429
        default: 400
        }
    }

    /// One sentence for a developer, in the characters of RFC 6749 §5.2.
    package var sentence: String {
        switch self {
        case .parameterMissing(let parameter): "The parameter \(parameter.rawValue) is missing."
        case .parameterRepeated(let parameter): "The parameter \(parameter.rawValue) was sent more than once."
        case .parameterMalformed(let parameter): "The parameter \(parameter.rawValue) is malformed."
        case .parameterUnsupported(let parameter): "The parameter \(parameter.rawValue) is not supported."
        case .requestTooLong: "The parameters are longer than a request may be."
        case .bodyNotForm: "The parameters must come once, as application/x-www-form-urlencoded."
        case .redirectURIMissing: "The parameter redirect_uri is missing."
        // One sentence for both, or anybody could find out which clients there are.
        case .logoutRedirectURIUnregistered:
            "The parameter post_logout_redirect_uri is not one that the client has registered."
        case .clientUnknown, .redirectURIUnregistered:
            "The parameters client_id and redirect_uri are not registered here together."
        case .responseTypeUnsupported: "The parameter response_type must be code or code id_token."
        case .responseTypeNotAllowed: "The client is not registered for this response_type."
        case .responseModeUnsupported: "The parameter response_mode cannot be used with this response_type."
        case .requestNotPushed: "The client must push its requests."
        case .requestURIInvalid: "The parameter request_uri is not valid."
        case .requestNotSigned: "The client must send its requests in a request object."
        case .requestContradictory: "The parameters request and request_uri cannot stand together."
        case .requestObjectInvalid: "The parameter request holds no request object that can be taken."
        case .answerNotSigned: "The client must ask for a signed answer with response_mode."
        case .scopeMissing: "The parameter scope is missing."
        case .scopeUnsupported: "The parameter scope asks for something that the client may not have."
        case .challengeMissing: "The parameter code_challenge is missing; PKCE is required."
        case .challengeMethodUnsupported: "The parameter code_challenge_method must be S256."
        case .challengeMalformed: "The parameter code_challenge must be the 43 characters of a SHA-256."
        case .promptContradictory: "The value none of prompt cannot stand beside another."
        case .intentMissing:
            "The scope accounts needs the claim openbanking_intent_id in the parameter claims."
        case .intentNotYours, .intentNotAuthorisable:
            "The claim openbanking_intent_id names no consent that can be authorised by this client."
        case .intentContradictory: "The parameter claims holds two different values of openbanking_intent_id."
        case .targetInvalid: "The parameter resource names something that tokens cannot be for here."
        case .detailsInvalid: "The parameter authorization_details holds something that cannot be asked for here."
        case .detailsNotGranted: "The parameter authorization_details asks for more than was granted."
        case .detailsContradictory:
            "The parameter authorization_details cannot stand beside the claim openbanking_intent_id."
        case .grantManagementNotAllowed: "The client is not registered for grant management."
        case .grantIDUnexpected: "The parameter grant_id cannot stand beside the grant_management_action create."
        case .grantIDInvalid: "The parameter grant_id names no grant that this client can change."
        case .grantWithoutDetails: "The parameter grant_management_action needs authorization_details beside it."
        case .loginRequired: "The person is not signed in."
        case .consentRequired: "The person has not agreed to this request."
        case .accessDenied: "The person did not allow the request."
        // RFC 6749 has one code for all of these; the first word tells them apart and stays as it is.
        case .cancelledBeforeLogin: "psu_cancelled_before_login: the person cancelled before logging in."
        case .denied: "psu_denied: the person said no."
        case .timedOut: "session_timeout: the person did not answer in time."
        case .accountLocked: "account_locked: the bank has locked the person's access."
        case .noEligibleAccount: "no_eligible_accounts: the person has no account that can be shared."
        case .consentOver: "consent_expired: the consent ended before the person answered."
        case .authenticationTooWeak: "None of the values of acr that were asked for can be reached."
        case .clientCredentialsMissing: "The request carries no client authentication."
        case .clientCredentialsTwice: "The request carries more than one kind of client authentication."
        case .clientCredentialsWrong, .clientAssertionReplayed: "The client authentication is not accepted."
        case .grantTypeUnsupported: "The parameter grant_type names no grant of this server."
        case .grantTypeNotAllowed: "The client is not registered for this grant_type."
        case .codeUnknown, .codeExpired, .codeReplayed: "The authorization code is not valid."
        case .redirectURIDiffers: "The parameter redirect_uri is not the one of the authorization request."
        case .verifierDiffers: "The parameter code_verifier does not fit the code_challenge."
        case .verifierMissing: "The parameter code_verifier is missing."
        case .certificateMissing: "The request must come with the client's certificate, to which its tokens are bound."
        case .certificateDiffers: "The client certificate is not the one that this was issued to."
        case .proofMissing: "The request must carry a DPoP proof, to whose key the tokens are bound."
        case .proofInvalid, .proofReplayed: "The DPoP proof is not accepted."
        case .proofNonceNeeded: "The DPoP proof must carry the nonce in the field DPoP-Nonce."
        case .proofKeyDiffers: "The DPoP proof is not of the key that this was issued to."
        case .refreshTokenUnknown, .refreshTokenExpired, .refreshTokenReplayed: "The refresh token is not valid."
        case .familyRevoked: "What was granted has ended."
        case .scopeWithdrawn: "The client may no longer have what was granted."
        case .consentEnded: "The consent is not in force."
        case .personUnavailable: "The person can no longer be acted for."
        case .polledCodeUnknown: "The code that was polled with is not valid."
        case .polledCodeExpired: "The code that was polled with has expired; start again."
        case .hintsNotOne: "Exactly one of login_hint, id_token_hint and login_hint_token must be there."
        case .hintExpired: "The parameter login_hint_token has expired."
        case .personUnknown: "The hint names nobody who is known here."
        case .bindingMessageInvalid:
            "The parameter binding_message must be 1 to 64 characters that can be shown as they are."
        case .backchannelObjectInvalid: "The parameter request holds no signed request that can be taken."
        case .decisionPending: "The person has not decided yet."
        case .pollTooEarly: "The person has not decided yet; wait five seconds longer between polls."
        case .subjectTokenInvalid: "The parameter subject_token holds no access token of a person that is in force."
        case .exchangeUnbound: "The subject_token is bound to its holder, and what is asked for would not be."
        case .delegationTooLong: "The subject_token has been handed on too often."
        case .assertionIssuerUnknown: "The parameter assertion is of an issuer whose word this client may not bring."
        case .assertionInvalid:
            "The parameter assertion must be signed by its issuer, for this server and for now, with sub, jti and consent_id."
        case .assertionSubjectNotAllowed: "The issuer of the assertion may not speak for its subject."
        case .assertionConsentUnknown: "The assertion names no consent that its subject has given to this client."
        case .assertionReplayed: "The assertion was used before."
        case .accessTokenMissing: "The request carries no access token."
        case .accessTokenTwice: "The access token must come in one way only."
        case .accessTokenInvalid: "The access token is not valid."
        case .accessTokenInsufficient: "The access token does not allow this."
        case .grantUnknown: "There is no such grant, or it has ended."
        case .grantNotYours: "The grant is another client's."
        case .interactionOver: "The request is over; start again at the third party."
        case .serverFailed: "The server could not answer."
        case .temporarilyUnavailable: "The server cannot answer now; try again shortly."
        case .tooManyRequests: "Too many requests; wait as many seconds as Retry-After says."
        }
    }

    /// After how many seconds the same may be tried again, where only time stands in the way: RFC 9110 §10.2.3.
    package var retryAfterSeconds: Int? {
        switch self {
        case .temporarilyUnavailable: 1
        case .tooManyRequests(let seconds): seconds
        default: nil
        }
    }

    /// What is to be changed besides saying no.
    package var remedy: [Change] {
        switch self {
        // RFC 6749 §4.1.2, RFC 9700 §4.14.2: whoever holds the second copy, everything issued falls.
        case .codeReplayed(let family, let now), .refreshTokenReplayed(let family, let now):
            [.revokeFamily(family, at: now)]
        // RFC 8628 §3.5: for this poll and all that follow.
        case .pollTooEarly(let fingerprint): [.polled(.slowDown(fingerprint))]
        default: []
        }
    }

    /// The name of the case, for metrics and the audit log.
    package var label: String {
        let text = String(describing: self)
        guard let end = text.firstIndex(of: "(") else { return text }
        return String(text[..<end])
    }
}

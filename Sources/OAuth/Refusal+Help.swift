internal import Crypto
package import Text

/// What a developer reads about an error: why it came, where that is written, what to do.
package struct ErrorHelp: Sendable, Hashable {
    /// The error as it is sent.
    package let code: WireText
    /// What comes as `error_description`.
    package let sentence: WireText
    package let cause: WireText
    package let clause: WireText
    package let fix: WireText

    package init(code: WireText, sentence: WireText, cause: WireText, clause: WireText, fix: WireText) {
        self.code = code
        self.sentence = sentence
        self.cause = cause
        self.clause = clause
        self.fix = fix
    }
}

extension ErrorHelp {
    /// Everything about an error code, a sentence each: which of the cases it was is told to nobody.
    package static func about(_ code: WireText) -> [ErrorHelp] {
        var told: Set<ErrorHelp> = []
        return all.filter { $0.code == code && told.insert($0).inserted }
    }

    /// The codes that there are, in the order of the alphabet.
    package static var codes: [WireText] { Set(all.map(\.code)).sorted() }

    /// A page to read: every reason that such an error can have.
    package static func text(about code: WireText) -> WireText { text(about: code, about(code)) }

    /// A page with these reasons.
    package static func text(about code: WireText, _ reasons: [ErrorHelp]) -> WireText {
        let reasons = reasons.map { reason in
            "\(reason.sentence)\n\n  why:    \(reason.cause)\n  where:  \(reason.clause)\n  fix:    \(reason.fix)\n"
        }
        return WireText("\(code)\n\n\(reasons.joined(separator: "\n"))")
    }

    fileprivate static func page(about code: WireText, at issuer: Issuer) -> WireText {
        issuer.url(WireText("/errors/\(code)"))
    }

    private static let all = Refusal.each.map(\.help) + RegistrationRefusal.each.map(\.help)
}

extension Refusal {
    /// `error_uri`: the page about the error, and not about the case, which is told to nobody.
    package func page(at issuer: Issuer) -> WireText { ErrorHelp.page(about: code, at: issuer) }

    /// What to read about it.
    package var help: ErrorHelp {
        let (cause, clause, fix) = explanation
        return ErrorHelp(code: code, sentence: WireText(sentence), cause: cause, clause: clause, fix: fix)
    }

    /// One of each case, for the catalogue.
    package static let each: [Refusal] = [
        .parameterMissing(.clientID), .parameterRepeated(.scope), .parameterMalformed(.state),
        .parameterUnsupported(.request), .parameterUnsupported(.requestURI), .parameterUnsupported(.registration),
        .bodyNotForm, .requestTooLong, .clientUnknown, .redirectURIMissing, .redirectURIUnregistered,
        .logoutRedirectURIUnregistered, .responseTypeUnsupported, .responseTypeNotAllowed, .responseModeUnsupported,
        .requestNotPushed, .requestURIInvalid, .requestNotSigned, .requestContradictory, .requestObjectInvalid,
        .answerNotSigned, .scopeMissing, .scopeUnsupported, .challengeMissing, .challengeMethodUnsupported,
        .challengeMalformed, .promptContradictory, .intentMissing, .intentNotYours, .intentNotAuthorisable,
        .intentContradictory, .targetInvalid, .detailsInvalid, .detailsNotGranted, .detailsContradictory,
        .grantManagementNotAllowed, .grantIDUnexpected, .grantIDInvalid, .grantWithoutDetails, .loginRequired,
        .consentRequired, .accessDenied, .cancelledBeforeLogin, .denied, .timedOut, .accountLocked, .noEligibleAccount,
        .consentOver, .authenticationTooWeak, .clientCredentialsMissing, .clientCredentialsTwice,
        .clientCredentialsWrong, .clientAssertionReplayed, .grantTypeUnsupported, .grantTypeNotAllowed, .codeUnknown,
        .codeExpired, .codeReplayed("", at: Timestamp(0)), .redirectURIDiffers, .verifierDiffers, .verifierMissing,
        .certificateMissing, .certificateDiffers, .proofMissing, .proofInvalid, .proofNonceNeeded, .proofReplayed,
        .proofKeyDiffers, .refreshTokenUnknown, .refreshTokenExpired, .refreshTokenReplayed("", at: Timestamp(0)),
        .familyRevoked, .scopeWithdrawn, .consentEnded, .personUnavailable, .subjectTokenInvalid, .exchangeUnbound,
        .delegationTooLong, .assertionIssuerUnknown, .assertionInvalid, .assertionSubjectNotAllowed,
        .assertionConsentUnknown, .assertionReplayed, .polledCodeUnknown, .polledCodeExpired, .hintsNotOne,
        .hintExpired, .personUnknown,
        .bindingMessageInvalid, .backchannelObjectInvalid, .decisionPending, .pollTooEarly(Fingerprint(of: "")),
        .accessTokenMissing, .accessTokenTwice, .accessTokenInvalid, .accessTokenInsufficient, .grantUnknown,
        .grantNotYours, .interactionOver, .serverFailed, .temporarilyUnavailable,
        .tooManyRequests(retryAfterSeconds: 1),
    ]

    fileprivate var explanation: (cause: WireText, clause: WireText, fix: WireText) {
        switch self {
        case .parameterMissing:
            (
                "A parameter without which the request means nothing was not sent, or was empty.",
                "RFC 6749 §3.1, §3.2", "Send the parameter that the description names."
            )
        case .parameterRepeated:
            (
                "A parameter came twice, so that two readers could each see another value.", "RFC 6749 §3.1",
                "Send it once; look for a proxy or a library that adds it as well."
            )
        case .parameterMalformed:
            (
                "A parameter does not have the form that its standard gives it.", "RFC 6749 appendix A",
                "Compare the value with the standard; mind encoding it once and not twice."
            )
        case .parameterUnsupported(.request), .parameterUnsupported(.requestURI), .parameterUnsupported(.registration):
            (
                "The server does not take requests in this way.", "OpenID Connect Core §3.1.2.6",
                "Look into the server's discovery document for what it takes; push the request instead."
            )
        case .parameterUnsupported:
            (
                "The parameter belongs to something that this server does not do.", "RFC 6749 §4.1.2.1",
                "Leave it out, or look into the discovery document for what there is."
            )
        case .bodyNotForm:
            (
                "The body is no form, or parameters stand in the URL as well.", "RFC 6749 §3.2",
                "POST them in the body as application/x-www-form-urlencoded."
            )
        case .requestTooLong:
            (
                "Together the parameters are longer than the server keeps.", "RFC 9126 §2.3",
                "Push less; a request object may hold claims that nobody needs."
            )
        case .clientUnknown, .redirectURIUnregistered:
            (
                "client_id is not known, or redirect_uri is not, byte by byte, one that this client has registered.",
                "RFC 6749 §3.1.2.3, RFC 9700 §2.1",
                "Compare both with the registration, to the last slash; only the port of a native client's loopback URI is free."
            )
        case .redirectURIMissing:
            (
                "redirect_uri was not sent.", "OpenID Connect Core §3.1.2.1",
                "Send the registered URI with every authorization request."
            )
        case .logoutRedirectURIUnregistered:
            (
                "post_logout_redirect_uri is not among those that the client has registered.",
                "OpenID Connect RP-Initiated Logout §3", "Register it, and send it with id_token_hint or client_id."
            )
        case .responseTypeUnsupported:
            (
                "response_type is one that the server does not know, such as token.", "RFC 9700 §2.1.2",
                "Use code; take the tokens from the token endpoint."
            )
        case .responseTypeNotAllowed:
            (
                "The client is not registered for this response_type.", "RFC 7591 §2",
                "Use code, or have response_types of the registration changed."
            )
        case .responseModeUnsupported:
            (
                "The answer cannot be carried in this way, as an ID token cannot in a query.",
                "OAuth 2.0 Multiple Response Types §2.1", "Leave response_mode out, or use form_post."
            )
        case .requestNotPushed:
            (
                "The client, or its profile, must push its requests.", "RFC 9126 §5, §6",
                "POST the parameters to the pushed_authorization_request_endpoint and send the browser with its request_uri."
            )
        case .requestURIInvalid:
            (
                "The reference is unknown, too old, used already, or another client's.", "RFC 9126 §2.2, §4",
                "Push the request again and use the new reference once, within its expires_in."
            )
        case .requestNotSigned:
            (
                "The client, or its profile, must sign its requests.", "RFC 9101 §10.5",
                "Send the parameters in a signed request object."
            )
        case .requestContradictory:
            ("request and request_uri came together.", "RFC 9101 §5", "Send one of the two.")
        case .requestObjectInvalid:
            (
                "The request object is not signed by a registered key, is not for this server or not for now, or is no request.",
                "RFC 9101 §6.2, §6.3",
                "Check kid and alg against the registration, aud against the issuer, and exp and nbf against the clock."
            )
        case .answerNotSigned:
            ("The client's profile wants the answer in a JWT.", "JARM §2.3", "Send response_mode=jwt.")
        case .scopeMissing:
            ("scope was not sent.", "RFC 6749 §3.3", "Send what is wanted, with openid for an ID token.")
        case .scopeUnsupported:
            (
                "The scope is not the client's, or is more than was granted.", "RFC 6749 §3.3, §6",
                "Compare it with the registration; at a refresh ask for the same or less."
            )
        case .challengeMissing:
            (
                "PKCE is required of every client.", "RFC 9700 §2.1.1",
                "Send code_challenge, the Base64url of the SHA-256 of a fresh verifier, and code_challenge_method=S256."
            )
        case .challengeMethodUnsupported:
            ("code_challenge_method is missing or plain.", "RFC 7636 §4.3", "Send S256.")
        case .challengeMalformed:
            (
                "code_challenge is not the 43 characters of a SHA-256 in Base64url.", "RFC 7636 §4.2",
                "Encode the 32 bytes of the hash, not its hexadecimal digits, without padding."
            )
        case .promptContradictory:
            (
                "prompt holds none beside another value.", "OpenID Connect Core §3.1.2.1",
                "Send none alone, or leave it out."
            )
        case .intentMissing:
            (
                "The scope accounts was asked for without the consent that it is about.",
                "Open Banking Security Profile",
                "Register a consent and name it as openbanking_intent_id in the parameter claims."
            )
        case .intentNotYours, .intentNotAuthorisable:
            (
                "The consent is unknown, another client's, decided already, or over.",
                "UK Open Banking, AccountAccessConsent",
                "Look at its status with GET; register a new one where it is not AwaitingAuthorisation or Authorised."
            )
        case .intentContradictory:
            (
                "The parameter claims names two consents.", "OpenID Connect Core §5.5",
                "Name the same in id_token and userinfo, or in one of them."
            )
        case .targetInvalid:
            (
                "resource is no absolute URI, is not known here, or was not granted.", "RFC 8707 §2",
                "Use one of protected_resources of the discovery document."
            )
        case .detailsInvalid:
            (
                "authorization_details is no array of objects, or holds a type or a member that is not taken.",
                "RFC 9396 §5",
                "Compare it with authorization_details_types_supported and with the registration of the client."
            )
        case .detailsNotGranted:
            (
                "The token was asked for more than the person has granted.", "RFC 9396 §6.1",
                "Ask for the same or less, or begin a new authorization request."
            )
        case .detailsContradictory:
            (
                "The request asks for a consent in two ways.", "RFC 9396 §3",
                "Use authorization_details, or a registered consent."
            )
        case .grantManagementNotAllowed:
            (
                "The client is not registered for grant management.", "Grant Management for OAuth 2.0 §5",
                "Have it registered, or leave grant_management_action out."
            )
        case .grantIDUnexpected:
            (
                "create makes a new grant, and grant_id names an old one.", "Grant Management for OAuth 2.0 §5.1",
                "Leave grant_id out, or use merge or replace."
            )
        case .grantIDInvalid:
            (
                "The grant is unknown, over, another client's, or not managed in this way.",
                "Grant Management for OAuth 2.0 §5.3", "Ask for the grant at the grant management endpoint first."
            )
        case .grantWithoutDetails:
            (
                "What is managed is a consent, and the request asks for none.", "Grant Management for OAuth 2.0 §5",
                "Send authorization_details as well."
            )
        case .loginRequired:
            (
                "prompt=none was asked for, and nobody is logged in.", "OpenID Connect Core §3.1.2.6",
                "Send the person without prompt=none."
            )
        case .consentRequired:
            (
                "prompt=none was asked for, and the person has not agreed yet.", "OpenID Connect Core §3.1.2.6",
                "Send the person without prompt=none."
            )
        case .accessDenied:
            (
                "The bank's own systems refused, or somebody logged in who is not the one who gave the consent.",
                "RFC 6749 §4.1.2.1",
                "Offer to try again; do not send the person back by yourself."
            )
        case .cancelledBeforeLogin:
            (
                "The person turned back at the login, perhaps after failing there.", "RFC 6749 §4.1.2.1",
                "Offer to try again, or another bank; do not send the person back by yourself."
            )
        case .denied:
            (
                "The person has read what was asked for, and said no.", "RFC 6749 §4.1.2.1",
                "Respect it; ask again only when the person begins again."
            )
        case .timedOut:
            (
                "The person did not answer while the request was open.", "RFC 6749 §4.1.2.1",
                "Offer to try again with a new request."
            )
        case .accountLocked:
            (
                "The bank has locked the person's access, as after too many wrong passwords.", "RFC 6749 §4.1.2.1",
                "Tell the person to turn to the bank; trying again does not help before."
            )
        case .noEligibleAccount:
            (
                "The person has no account of a kind that the request can be about.", "RFC 6749 §4.1.2.1",
                "Ask whether the accounts are at another bank, or under another login."
            )
        case .consentOver:
            (
                "The consent expired or was revoked while the person was reading.",
                "UK Open Banking, AccountAccessConsent", "Register a new consent, with a later expiry, and begin anew."
            )
        case .authenticationTooWeak:
            (
                "None of the values of acr that were asked for as essential can be reached.",
                "OpenID Connect Core §5.5.1.1", "Ask for one of acr_values_supported."
            )
        case .clientCredentialsMissing:
            (
                "The request names no client, or shows nothing of a client that has a credential.", "RFC 6749 §3.2.1",
                "Authenticate with the registered token_endpoint_auth_method."
            )
        case .clientCredentialsTwice:
            (
                "Two kinds of credentials came in one request.", "RFC 6749 §2.3",
                "Send one; a library may add Authorization by itself."
            )
        case .clientCredentialsWrong, .clientAssertionReplayed:
            (
                "The secret is wrong, the method is not the registered one, or the assertion is not signed by a registered key, not for this server, not for now, or was used before.",
                "RFC 6749 §5.2, RFC 7523 §3",
                "Check method, kid, aud (the issuer), exp and the clock; make a new jti for each request."
            )
        case .grantTypeUnsupported:
            ("grant_type is none that the server knows.", "RFC 6749 §5.2", "Compare it with grant_types_supported.")
        case .grantTypeNotAllowed:
            (
                "The client is not registered for this grant.", "RFC 6749 §5.2",
                "Have grant_types of the registration changed."
            )
        case .codeUnknown, .codeExpired, .codeReplayed:
            (
                "The code is unknown, too old, used already, or another client's. A second use also ends what the first one got.",
                "RFC 6749 §4.1.2", "Redeem a code once and at once; where an answer was lost, begin anew."
            )
        case .redirectURIDiffers:
            (
                "redirect_uri is not the one of the authorization request.", "RFC 6749 §4.1.3",
                "Send the same in both requests, byte by byte."
            )
        case .verifierDiffers:
            (
                "code_verifier does not fit the challenge, or is not 43 to 128 unreserved characters.", "RFC 7636 §4.6",
                "Keep the verifier with the state; two tabs need two of them."
            )
        case .verifierMissing:
            ("code_verifier was not sent.", "RFC 7636 §4.5", "Send the verifier whose hash was the challenge.")
        case .certificateMissing:
            (
                "The client's tokens are bound to a certificate, and none was shown.", "RFC 8705 §3",
                "Call the endpoint of mtls_endpoint_aliases with the certificate."
            )
        case .certificateDiffers:
            (
                "The certificate is another than the one that this was issued to.", "RFC 8705 §3",
                "Show the same certificate, or begin anew after it was renewed."
            )
        case .proofMissing:
            (
                "The client's tokens are bound to a key, and no proof came.", "RFC 9449 §5",
                "Send the field DPoP with a proof for this method and URL."
            )
        case .proofInvalid, .proofReplayed:
            (
                "The proof is for another URL, method or token, too old, badly signed, or was used before.",
                "RFC 9449 §4.3", "Make a new proof for every request, with htm, htu, iat and jti, and ath at resources."
            )
        case .proofNonceNeeded:
            (
                "The server wants its own nonce in the proof.", "RFC 9449 §8",
                "Repeat the request with the value of DPoP-Nonce as nonce."
            )
        case .proofKeyDiffers:
            (
                "The proof is of another key than the one that this was issued to.", "RFC 9449 §10",
                "Use one key for the whole journey."
            )
        case .refreshTokenUnknown, .refreshTokenExpired, .refreshTokenReplayed:
            (
                "The refresh token is unknown, over, another client's, or was replaced. The use of a replaced one ends the whole family.",
                "RFC 6749 §6, RFC 9700 §4.14.2",
                "Keep the newest token of each answer; ask the person again where none is left."
            )
        case .familyRevoked:
            (
                "What was granted has been revoked, by the client, the person or the bank.", "RFC 7009 §2.1",
                "Ask the person again."
            )
        case .scopeWithdrawn:
            (
                "The client may no longer have what was granted.", "RFC 6749 §6",
                "Compare the grant with the registration."
            )
        case .consentEnded:
            (
                "The consent has expired, or was revoked or rejected.", "UK Open Banking, AccountAccessConsent",
                "Look at its status with GET, and ask the person again with a new one."
            )
        case .personUnavailable:
            (
                "The person can no longer be acted for, as an account that was closed.", "RFC 6749 §5.2",
                "Ask the person to log in again."
            )
        case .subjectTokenInvalid:
            (
                "The token that was to be exchanged is not valid here, or not for this client.", "RFC 8693 §2.2.2",
                "Exchange a current access token of this server."
            )
        case .exchangeUnbound:
            (
                "A bound token cannot be exchanged for one that whoever has it may use.", "RFC 8693 §5, RFC 9449 §5",
                "Prove a key, or show a certificate, with the exchange."
            )
        case .delegationTooLong:
            ("The token has passed through too many hands.", "RFC 8693 §4.1", "Exchange an earlier one.")
        case .assertionIssuerUnknown:
            (
                "iss names nobody whom the bank has registered for this client.", "RFC 7523 §3",
                "Compare iss with what the bank has registered, byte by byte."
            )
        case .assertionInvalid:
            (
                "The assertion is not signed by a key of its issuer, not for this server or not for now, or lacks a claim.",
                "RFC 7523 §3",
                "Check kid and alg, aud (the issuer), exp, nbf and the clock; send sub, jti and consent_id."
            )
        case .assertionSubjectNotAllowed:
            (
                "The bank has not let this issuer speak for the person whom sub names.", "RFC 7523 §3",
                "Compare sub with what the bank has agreed with the issuer."
            )
        case .assertionConsentUnknown:
            (
                "consent_id names no consent in force of this person for this client.", "RFC 7521 §4.1",
                "Ask the person for a consent first, and name its id."
            )
        case .assertionReplayed:
            (
                "An assertion with this jti came before.", "RFC 7523 §3",
                "Make a new assertion, with a new jti, for each request."
            )
        case .polledCodeUnknown:
            (
                "The device code or auth_req_id is unknown, used, or another client's.",
                "RFC 8628 §3.5, OpenID CIBA Core §11",
                "Poll with the code of the last request, and stop after the tokens."
            )
        case .polledCodeExpired:
            ("Nobody has answered in time.", "RFC 8628 §3.5", "Begin a new request.")
        case .hintsNotOne:
            (
                "None of the three hints came, or several.", "OpenID CIBA Core §7.1",
                "Send one of login_hint, login_hint_token and id_token_hint."
            )
        case .hintExpired:
            ("The hint was good once.", "OpenID CIBA Core §13", "Make a new login_hint_token.")
        case .personUnknown:
            (
                "The hint names nobody whom the bank knows.", "OpenID CIBA Core §13",
                "Ask the person how the bank knows them."
            )
        case .bindingMessageInvalid:
            (
                "binding_message is too long or has characters that cannot be shown.", "OpenID CIBA Core §13",
                "Use a short text of plain characters."
            )
        case .backchannelObjectInvalid:
            (
                "The signed request is not by a registered key, not for this server or not for now, or is no request.",
                "OpenID CIBA Core §7.1.1", "Check kid and alg against the registration, aud, iat, exp, nbf and jti."
            )
        case .decisionPending:
            ("The person has not answered yet.", "RFC 8628 §3.5", "Poll again after the interval.")
        case .pollTooEarly:
            (
                "The client did not wait for the interval.", "RFC 8628 §3.5",
                "Add five seconds to the interval and go on."
            )
        case .accessTokenMissing:
            ("The request carries no access token.", "RFC 6750 §3", "Send it in the field Authorization.")
        case .accessTokenTwice:
            (
                "The token stands in the header and in the body.", "RFC 6750 §2",
                "Send it in the field Authorization alone."
            )
        case .accessTokenInvalid:
            (
                "The token has expired, was revoked, is for another resource, or is none.", "RFC 6750 §3.1",
                "Refresh it; ask the person again where that is refused."
            )
        case .accessTokenInsufficient:
            ("The token is good, and not for this.", "RFC 6750 §3.1", "Ask for the scope that the challenge names.")
        case .grantUnknown:
            (
                "There is no such grant, or it is over.", "Grant Management for OAuth 2.0 §6.6",
                "Use the grant_id of the last token answer."
            )
        case .grantNotYours:
            (
                "The grant is another client's.", "Grant Management for OAuth 2.0 §6.6",
                "Use a token of the client that the grant was made for."
            )
        case .interactionOver:
            (
                "The page was open for too long, was answered before, or belongs to another browser.",
                "RFC 6749 §4.1.2.1", "Begin the journey anew from the client."
            )
        case .serverFailed:
            (
                "Something is wrong at the server.", "RFC 6749 §4.1.2.1",
                "Try again later, and tell the bank the x-fapi-interaction-id of the answer."
            )
        case .temporarilyUnavailable:
            (
                "The server has too much to do, or its store does not answer.", "RFC 6749 §4.1.2.1",
                "Wait for Retry-After and try again; nothing was changed."
            )
        case .tooManyRequests:
            (
                "The client, or the network that the request comes from, asks for more than the bank answers.",
                "RFC 6585 §4",
                "Wait for Retry-After and ask less often; access tokens can be used until they expire. Nothing was changed."
            )
        }
    }
}

extension RegistrationRefusal {
    /// `error_uri`: the page about the error.
    package func page(at issuer: Issuer) -> WireText { ErrorHelp.page(about: code, at: issuer) }

    /// What to read about it.
    package var help: ErrorHelp {
        let (cause, clause, fix) = explanation
        return ErrorHelp(code: code, sentence: WireText(sentence), cause: cause, clause: clause, fix: fix)
    }

    /// One of each case that is not told elsewhere, for the catalogue.
    package static let each: [RegistrationRefusal] = [
        .tokenMissing, .tokenInvalid, .redirectURI("The member redirect_uris is not as it must be."),
        .metadata(ClientMetadata.Problem("", "A member of the metadata is not as it must be.")),
        .statementInvalid("The software statement is not valid."),
        .statementUnapproved("The software statement is not approved here."),
    ]

    fileprivate var explanation: (cause: WireText, clause: WireText, fix: WireText) {
        switch self {
        case .tokenMissing, .tokenInvalid:
            (
                "The initial or the registration access token is missing, used up, or unknown.",
                "RFC 7591 §3, RFC 7592 §2",
                "Ask the bank for an initial access token; keep the newest registration_access_token."
            )
        case .redirectURI:
            (
                "A redirect URI has a fragment, a wildcard, a user name, or http to another machine.",
                "RFC 7591 §3.2.2", "Register each URI in full; the description says what is wrong with which."
            )
        case .metadata:
            (
                "A member contradicts another, or is not what this server takes.", "RFC 7591 §3.2.2",
                "Change the member that the description names."
            )
        case .statementInvalid:
            (
                "The statement is not signed by a directory that the bank knows, or has expired.", "RFC 7591 §2.3",
                "Get a new statement from the directory."
            )
        case .statementUnapproved:
            (
                "The bank has not approved this software, or the directory has withdrawn it.", "RFC 7591 §3.2.2",
                "Ask the bank."
            )
        case .server(let refusal): refusal.explanation
        }
    }
}

package import Text

/// A parameter that a refusal may name.
package enum Parameter: String, Sendable, Hashable, CaseIterable {
    case accessToken = "access_token"
    case acrValues = "acr_values"
    case actorToken = "actor_token"
    case actorTokenType = "actor_token_type"
    case assertion
    case audience
    case authorizationDetails = "authorization_details"
    case authReqID = "auth_req_id"
    case bindingMessage = "binding_message"
    case claims
    case clientAssertion = "client_assertion"
    case clientAssertionType = "client_assertion_type"
    case clientID = "client_id"
    case clientNotificationToken = "client_notification_token"
    case clientSecret = "client_secret"
    case code
    case codeChallenge = "code_challenge"
    case codeChallengeMethod = "code_challenge_method"
    case codeVerifier = "code_verifier"
    case deviceCode = "device_code"
    case display
    case dpopJKT = "dpop_jkt"
    case grantID = "grant_id"
    case grantManagementAction = "grant_management_action"
    case grantType = "grant_type"
    case idTokenHint = "id_token_hint"
    case loginHint = "login_hint"
    case loginHintToken = "login_hint_token"
    case maxAge = "max_age"
    case nonce
    case postLogoutRedirectURI = "post_logout_redirect_uri"
    case prompt
    case redirectURI = "redirect_uri"
    case refreshToken = "refresh_token"
    case registration
    case request
    case requestURI = "request_uri"
    case requestedExpiry = "requested_expiry"
    case requestedTokenType = "requested_token_type"
    case resource
    case responseMode = "response_mode"
    case responseType = "response_type"
    case scope
    case state
    case subjectToken = "subject_token"
    case subjectTokenType = "subject_token_type"
    case token
    case tokenTypeHint = "token_type_hint"
    case uiLocales = "ui_locales"
    case userCode = "user_code"

    /// The name on the wire.
    package var name: WireText { WireText(rawValue) }

    /// The parameter of this very name, compared byte by byte.
    package init?(name: WireText) {
        guard let parameter = Self.byName[name] else { return nil }
        self = parameter
    }

    /// Whether it may come more than once: RFC 8707 §2 and RFC 8693 §2.1.
    package var mayRepeat: Bool { self == .resource || self == .audience }

    /// Whether it belongs to an authorization request; the others are of endpoints where secrets travel.
    package var isOfAuthorization: Bool {
        switch self {
        case .acrValues, .authorizationDetails, .grantID, .grantManagementAction, .claims, .clientID, .codeChallenge,
            .codeChallengeMethod, .display,
            .dpopJKT, .idTokenHint,
            .loginHint,
            .maxAge, .nonce, .prompt, .redirectURI, .registration, .request, .requestURI, .resource, .responseMode,
            .responseType, .scope, .state, .uiLocales:
            true
        case .accessToken, .actorToken, .actorTokenType, .assertion, .audience, .authReqID, .bindingMessage,
            .clientAssertion,
            .clientAssertionType, .clientNotificationToken, .clientSecret, .code, .codeVerifier, .deviceCode,
            .grantType,
            .loginHintToken, .postLogoutRedirectURI, .refreshToken, .requestedExpiry, .requestedTokenType,
            .subjectToken,
            .subjectTokenType, .token, .tokenTypeHint, .userCode:
            false
        }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}

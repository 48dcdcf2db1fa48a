internal import OAuth
package import Telemetry
internal import Text

/// What happened, in the words of the counters; no person, consent or client is named.
extension House {
    func count(_ refusal: Refusal, by grant: WireText?) {
        metrics.tokenErrors.count(refusal.code)
        guard grant == AuthorizationCodeGrant.type.name, let result = refusal.redemption else { return }
        metrics.codeRedemptions.count(result)
    }

    func countAuthorization(_ refusal: Refusal?) {
        metrics.authorizationRequests.count(refusal?.code ?? "ok")
    }

    func countUnproven(_ refusal: Refusal) {
        switch refusal {
        case .clientCredentialsMissing: metrics.clientsRefused.count(.missing)
        case .clientCredentialsWrong: metrics.clientsRefused.count(.mismatch)
        case .clientAssertionReplayed: metrics.clientsRefused.count(.replayed)
        default: return
        }
    }

    func countIssue(by grant: WireText) {
        metrics.tokensIssued.count(grant)
        if grant == AuthorizationCodeGrant.type.name { metrics.codeRedemptions.count(.redeemed) }
    }

    func count(_ introspection: Introspection) {
        metrics.introspections.count(introspection == .inactive ? .inactive : .active)
    }

    func count(_ outcome: Login.Outcome) {
        switch outcome {
        case .right: metrics.logins.count(.loggedIn)
        case .wrong: metrics.logins.count(.mismatch)
        case .tooMany: metrics.logins.count(.slowedDown)
        }
    }
}

extension Metrics {
    /// The counters of this house: every grant, and every code that a refusal may have.
    package static func ofHouse() -> Metrics {
        Metrics(
            grants: Grants.names,
            tokenErrors: [
                "invalid_request", "invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client",
                "unsupported_grant_type", "invalid_dpop_proof", "use_dpop_nonce",
                "server_error", "temporarily_unavailable",
            ],
            authorizationErrors: [
                "invalid_request", "invalid_client", "invalid_scope", "invalid_target", "unauthorized_client",
                "unsupported_response_type", "access_denied", "login_required", "consent_required",
                "invalid_request_uri", "invalid_request_object", "request_not_supported",
                "invalid_authorization_details",
                "unmet_authentication_requirements", "server_error", "temporarily_unavailable",
            ]
        )
    }
}

extension Refusal {
    fileprivate var redemption: Metrics.CodeRedemption? {
        switch self {
        case .codeUnknown: .unknown
        case .codeReplayed, .familyRevoked: .replayed
        case .codeExpired: .expired
        case .redirectURIDiffers: .wrongRedirect
        case .verifierDiffers, .verifierMissing: .badVerifier
        default: nil
        }
    }
}

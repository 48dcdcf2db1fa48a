import OAuth
import TestSupport
import Testing
import Text

struct RefusalTests {
    @Test(arguments: Refusal.samples)
    func `every refusal has a code that is registered`(refusal: Refusal) {
        #expect(Self.registered.contains(refusal.code))
    }

    /// The OAuth Extensions Error Registry, as far as it is ours.
    static let registered: Set<WireText> = [
        // RFC 6749 §4.1.2.1 and §5.2.
        "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
        "server_error", "temporarily_unavailable", "invalid_client", "invalid_grant", "unsupported_grant_type",
        // RFC 6750 §3.1.
        "invalid_token", "insufficient_scope",
        // OpenID Connect Core §3.1.2.6.
        "interaction_required", "login_required", "account_selection_required", "consent_required",
        "invalid_request_uri", "invalid_request_object", "request_not_supported", "request_uri_not_supported",
        "registration_not_supported",
        // OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
        "unmet_authentication_requirements",
        // OpenID CIBA Core 1.0 §13.
        "expired_login_hint_token", "unknown_user_id", "invalid_binding_message",
        // RFC 8628 §7.3.
        "authorization_pending", "slow_down", "expired_token",
        // RFC 9449 §12.2.
        "invalid_dpop_proof", "use_dpop_nonce",
        // RFC 8707 §5 and RFC 9396 §14.6.
        "invalid_target", "invalid_authorization_details",
        // Grant Management for OAuth 2.0, appendix A.
        "invalid_grant_id",
    ]

    @Test(arguments: Refusal.samples)
    func `AZ-31 every sentence keeps to the characters of RFC 6749`(refusal: Refusal) {
        let bytes = Array(refusal.sentence.utf8)
        #expect(!bytes.isEmpty)
        #expect(bytes.allSatisfy { ($0 >= 0x20 && $0 <= 0x7E) && $0 != 0x22 && $0 != 0x5C })
        #expect(bytes.last == UInt8(ascii: "."))
        #expect(bytes.count <= 120)
    }

    @Test(arguments: Refusal.samples)
    func `AZ-31 no sentence holds what a case carries`(refusal: Refusal) {
        #expect(!refusal.sentence.contains("hidden"))
        #expect(!refusal.label.contains("hidden"))
    }

    @Test(arguments: Refusal.samples)
    func `every refusal has the name of its case for a label`(refusal: Refusal) {
        let isPlain = refusal.label.utf8.allSatisfy { $0.isLetterOfASCII }
        #expect(isPlain)
        #expect(String(describing: refusal).hasPrefix(refusal.label))
    }

    @Test
    func `labels of different cases differ`() {
        let withoutParameters = Refusal.samples.drop { $0 != .bodyNotForm }
        #expect(Set(withoutParameters.map(\.label)).count == withoutParameters.count)
        #expect(Set(Refusal.samples.map(\.label)).count == withoutParameters.count + 4)
    }

    @Test
    func `a refusal is answered with the status of its kind`() {
        for refusal in Refusal.samples {
            let expected =
                switch refusal.code {
                // RFC 6749 §5.2, RFC 6750 §3.1.
                case "invalid_client", "invalid_token": 401
                case "insufficient_scope": 403
                // Grant Management for OAuth 2.0 §6.6.
                case _ where refusal == .grantNotYours: 403
                case _ where refusal == .grantUnknown: 404
                case "server_error": 500
                // RFC 6585 §4.
                case _ where refusal == .tooManyRequests(retryAfterSeconds: 7): 429
                case "temporarily_unavailable": 503
                default: 400
                }
            #expect(refusal.status == expected, "\(refusal.label)")
        }
    }

    /// Rows of security.md: which code a client hears.
    @Test(
        arguments: [
            (.parameterUnsupported(.requestURI), "request_uri_not_supported"),
            (.parameterUnsupported(.request), "request_not_supported"),
            (.parameterUnsupported(.registration), "registration_not_supported"),
            (.clientCredentialsTwice, "invalid_request"), (.clientCredentialsWrong, "invalid_client"),
            (.clientAssertionReplayed, "invalid_client"), (.codeReplayed("f", at: .noon), "invalid_grant"),
            (.codeUnknown, "invalid_grant"), (.codeExpired, "invalid_grant"), (.redirectURIDiffers, "invalid_grant"),
            (.verifierDiffers, "invalid_grant"), (.consentEnded, "invalid_grant"),
            (.personUnavailable, "invalid_grant"), (.grantTypeNotAllowed, "unauthorized_client"),
            (.responseTypeNotAllowed, "unauthorized_client"), (.accessDenied, "access_denied"),
            (.timedOut, "access_denied"),
        ] as [(Refusal, WireText)]
    )
    func `AZ-31 a refusal has the code that its row asks for`(refusal: Refusal, code: WireText) {
        #expect(refusal.code == code)
    }

    @Test
    func `TK-20 what came twice takes its family along, and nothing else does`() {
        for refusal in Refusal.samples {
            switch refusal {
            case .codeReplayed(let family, let now), .refreshTokenReplayed(let family, let now):
                #expect(refusal.remedy == [.revokeFamily(family, at: now)])
            case .pollTooEarly(let code): #expect(refusal.remedy == [.polled(.slowDown(code))])
            default:
                #expect(refusal.remedy.isEmpty)
            }
        }
    }

    @Test
    func `TK-06 what was wrong with a credential is not told`() {
        #expect(Refusal.clientCredentialsWrong.sentence == Refusal.clientAssertionReplayed.sentence)
        #expect(Refusal.codeUnknown.sentence == Refusal.codeExpired.sentence)
        #expect(Refusal.codeUnknown.sentence == Refusal.codeReplayed("f", at: .noon).sentence)
        #expect(Refusal.refreshTokenUnknown.sentence == Refusal.refreshTokenExpired.sentence)
        #expect(Refusal.refreshTokenUnknown.sentence == Refusal.refreshTokenReplayed("f", at: .noon).sentence)
        #expect(Refusal.intentNotYours.sentence == Refusal.intentNotAuthorisable.sentence)
    }
}

extension UInt8 {
    fileprivate var isLetterOfASCII: Bool {
        (self >= 0x41 && self <= 0x5A) || (self >= 0x61 && self <= 0x7A)
    }
}

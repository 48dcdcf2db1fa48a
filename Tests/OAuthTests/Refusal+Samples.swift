import Crypto
import OAuth
import Text

extension Refusal {
    /// One of every case, and of the cases that name a parameter one for each.
    static let samples: [Refusal] =
        Parameter.allCases.flatMap { parameter in
            [
                .parameterMissing(parameter), .parameterRepeated(parameter), .parameterMalformed(parameter),
                .parameterUnsupported(parameter),
            ]
        } + Array(plain)

    /// One of every case without a parameter, in the order of `successor`.
    private static let plain = sequence(first: Refusal.bodyNotForm, next: \.successor)

    /// The case after this one.
    ///
    /// There is no default, so that a new case does not compile until it has its place in the list, and is tested.
    private var successor: Refusal? {
        switch self {
        case .parameterMissing, .parameterRepeated, .parameterMalformed, .parameterUnsupported: .bodyNotForm
        case .bodyNotForm: .requestTooLong
        case .requestTooLong: .clientUnknown
        case .clientUnknown: .redirectURIMissing
        case .redirectURIMissing: .redirectURIUnregistered
        case .redirectURIUnregistered: .logoutRedirectURIUnregistered
        case .logoutRedirectURIUnregistered: .responseTypeUnsupported
        case .responseTypeUnsupported: .responseTypeNotAllowed
        case .responseTypeNotAllowed: .responseModeUnsupported
        case .responseModeUnsupported: .requestNotPushed
        case .requestNotPushed: .requestURIInvalid
        case .requestURIInvalid: .requestNotSigned
        case .requestNotSigned: .requestContradictory
        case .requestContradictory: .requestObjectInvalid
        case .requestObjectInvalid: .answerNotSigned
        case .answerNotSigned: .scopeMissing
        case .scopeMissing: .scopeUnsupported
        case .scopeUnsupported: .challengeMissing
        case .challengeMissing: .challengeMethodUnsupported
        case .challengeMethodUnsupported: .challengeMalformed
        case .challengeMalformed: .promptContradictory
        case .promptContradictory: .intentMissing
        case .intentMissing: .intentNotYours
        case .intentNotYours: .intentNotAuthorisable
        case .intentNotAuthorisable: .intentContradictory
        case .intentContradictory: .targetInvalid
        case .targetInvalid: .detailsInvalid
        case .detailsInvalid: .detailsNotGranted
        case .detailsNotGranted: .detailsContradictory
        case .detailsContradictory: .grantManagementNotAllowed
        case .grantManagementNotAllowed: .grantIDUnexpected
        case .grantIDUnexpected: .grantIDInvalid
        case .grantIDInvalid: .grantWithoutDetails
        case .grantWithoutDetails: .grantUnknown
        case .grantUnknown: .grantNotYours
        case .grantNotYours: .loginRequired
        case .loginRequired: .consentRequired
        case .consentRequired: .accessDenied
        case .accessDenied: .cancelledBeforeLogin
        case .cancelledBeforeLogin: .denied
        case .denied: .timedOut
        case .timedOut: .accountLocked
        case .accountLocked: .noEligibleAccount
        case .noEligibleAccount: .consentOver
        case .consentOver: .authenticationTooWeak
        case .authenticationTooWeak: .clientCredentialsMissing
        case .clientCredentialsMissing: .clientCredentialsTwice
        case .clientCredentialsTwice: .clientCredentialsWrong
        case .clientCredentialsWrong: .clientAssertionReplayed
        case .clientAssertionReplayed: .grantTypeUnsupported
        case .grantTypeUnsupported: .grantTypeNotAllowed
        case .grantTypeNotAllowed: .codeUnknown
        case .codeUnknown: .codeExpired
        case .codeExpired: .codeReplayed("a (b) hidden", at: Timestamp(1))
        case .codeReplayed: .redirectURIDiffers
        case .redirectURIDiffers: .verifierDiffers
        case .verifierDiffers: .verifierMissing
        case .verifierMissing: .certificateMissing
        case .certificateMissing: .certificateDiffers
        case .certificateDiffers: .proofMissing
        case .proofMissing: .proofInvalid
        case .proofInvalid: .proofNonceNeeded
        case .proofNonceNeeded: .proofReplayed
        case .proofReplayed: .proofKeyDiffers
        case .proofKeyDiffers: .refreshTokenUnknown
        case .refreshTokenUnknown: .refreshTokenExpired
        case .refreshTokenExpired: .refreshTokenReplayed("a (b) hidden", at: Timestamp(1))
        case .refreshTokenReplayed: .familyRevoked
        case .familyRevoked: .scopeWithdrawn
        case .scopeWithdrawn: .consentEnded
        case .consentEnded: .personUnavailable
        case .personUnavailable: .subjectTokenInvalid
        case .subjectTokenInvalid: .exchangeUnbound
        case .exchangeUnbound: .delegationTooLong
        case .delegationTooLong: .assertionIssuerUnknown
        case .assertionIssuerUnknown: .assertionInvalid
        case .assertionInvalid: .assertionSubjectNotAllowed
        case .assertionSubjectNotAllowed: .assertionConsentUnknown
        case .assertionConsentUnknown: .assertionReplayed
        case .assertionReplayed: .polledCodeUnknown
        case .polledCodeUnknown: .polledCodeExpired
        case .polledCodeExpired: .decisionPending
        case .decisionPending: .pollTooEarly(Fingerprint(of: "hidden"))
        case .pollTooEarly: .hintsNotOne
        case .hintsNotOne: .hintExpired
        case .hintExpired: .personUnknown
        case .personUnknown: .bindingMessageInvalid
        case .bindingMessageInvalid: .backchannelObjectInvalid
        case .backchannelObjectInvalid: .accessTokenMissing
        case .accessTokenMissing: .accessTokenTwice
        case .accessTokenTwice: .accessTokenInvalid
        case .accessTokenInvalid: .accessTokenInsufficient
        case .accessTokenInsufficient: .interactionOver
        case .interactionOver: .serverFailed
        case .serverFailed: .temporarilyUnavailable
        case .temporarilyUnavailable: .tooManyRequests(retryAfterSeconds: 7)
        case .tooManyRequests: nil
        }
    }
}

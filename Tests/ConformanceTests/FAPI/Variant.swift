import JOSE
import OAuth
import Testing
import Text

/// What the tester of a FAPI plan chooses before it runs: conformance.md 0, "variants that matter".
struct Variant: Sendable, Hashable, CustomTestStringConvertible {
    let profile: Profile
    var authentication = Authentication.privateKeyJWT
    var constraint = Profile.SenderConstraint.certificate
    /// Whether requests come by `/par`, or else by the browser.
    var isPushed = false
    /// Whether requests are signed.
    var isSigned = true
    /// Whether answers are: JARM.
    var answersAreSigned = false
    /// Whether it is the profile of UK Open Banking: a consent in every request, and accounts behind it.
    var isUK = false

    /// How both clients prove who they are.
    enum Authentication: WireText, Sendable, CaseIterable {
        case privateKeyJWT = "private_key_jwt"
        case mutualTLS = "mtls"
    }

    var testDescription: String {
        var words = [profile.rawValue, authentication.rawValue.string]
        words.append(constraint == .certificate ? "bound to a certificate" : "bound to a DPoP key")
        words.append(isPushed ? "pushed" : "by value")
        words.append(isSigned ? "signed" : "unsigned")
        words.append(answersAreSigned ? "jarm" : "plain")
        if isUK { words.append("openbanking_uk") }
        return words.joined(separator: ", ")
    }

    /// What requests, assertions and ID tokens are signed with: UK Open Banking knows one algorithm.
    var algorithm: Algorithm { isUK ? .ps256 : .es256 }

    /// What comes back: FAPI 1 leaves a code alone only in a signed answer.
    var responseType: ResponseType { profile == .fapi1AdvancedUK && !answersAreSigned ? .codeIDToken : .code }

    /// Whether the request carries a challenge: FAPI 1.0 Advanced §5.2.2 wants one of pushed requests only.
    var sendsChallenge: Bool { isPushed }
}

extension Variant {
    /// `fapi1-advanced-final-test-plan`: both ways to authenticate, each way to ask and to answer, and UK by value.
    static let fapi1: [Variant] = Authentication.allCases.flatMap { authentication in
        let plain = Variant(profile: .fapi1AdvancedUK, authentication: authentication)
        return [false, true].flatMap { isPushed in
            [false, true].map { answersAreSigned in
                var variant = plain
                (variant.isPushed, variant.answersAreSigned) = (isPushed, answersAreSigned)
                return variant
            }
        } + [plain.inUK]
    }

    /// `fapi2-security-profile-final-test-plan`: unsigned requests, plain answers.
    static let fapi2: [Variant] = Authentication.allCases.flatMap { authentication in
        let plain = Variant(profile: .fapi2, authentication: authentication, isPushed: true, isSigned: false)
        return [plain, plain.boundToKey, plain.inUK]
    }

    /// `fapi2-message-signing-final-test-plan`: signed requests, signed answers.
    static let messageSigning: [Variant] = Authentication.allCases.flatMap { authentication in
        let plain = Variant(
            profile: .fapi2MessageSigning,
            authentication: authentication,
            isPushed: true,
            answersAreSigned: true
        )
        return [plain, plain.boundToKey]
    }

    private var inUK: Variant { with { $0.isUK = true } }

    private var boundToKey: Variant { with { $0.constraint = .proofOfPossession } }

    private func with(_ change: (inout Variant) -> Void) -> Variant {
        var variant = self
        change(&variant)
        return variant
    }
}

extension [Variant] {
    /// Those that are pushed.
    var pushed: [Variant] { filter(\.isPushed) }

    /// Those whose requests come by the browser.
    var byValue: [Variant] { filter { !$0.isPushed } }

    /// Those of clients with keys.
    var withKeys: [Variant] { filter { $0.authentication == .privateKeyJWT } }

    /// Those with DPoP.
    var withProofs: [Variant] { filter { $0.constraint == .proofOfPossession } }

    /// Those with certificates.
    var withCertificates: [Variant] { filter { $0.constraint == .certificate } }

    /// Those of UK Open Banking.
    var ofUK: [Variant] { filter(\.isUK) }

    /// Those whose answers are not signed.
    var plain: [Variant] { filter { !$0.answersAreSigned } }
}

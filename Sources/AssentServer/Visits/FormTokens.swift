internal import Crypto
internal import OAuth
internal import Text

/// Proof that a form was rendered by us, for this browser, this request and this step.
///
/// Nothing is stored: the token is a MAC over everything it stands for, so that a token of another
/// session, another request or an older state of the consent does not fit.
struct FormTokens: Sendable {
    private let key: HMACKey

    init(key: HMACKey) {
        self.key = key
    }

    enum Step: String {
        case login
        case consent
    }

    /// - Parameter page: The digest of what the person reads, so that a yes is a yes to that and nothing else.
    func token(
        for step: Step,
        of interaction: Interaction,
        session: Fingerprint?,
        consentVersion: Int?,
        page: [UInt8]
    ) -> WireText {
        var message: [UInt8] = []
        message.append(contentsOf: "\(step.rawValue)\n\(interaction.id)\n\(consentVersion ?? 0)\n".utf8)
        message.append(contentsOf: interaction.browser.bytes)
        message.append(contentsOf: page)
        message.append(contentsOf: session?.bytes ?? [])
        return WireText(Base64URL.encode(key.sha256(message)))
    }
}

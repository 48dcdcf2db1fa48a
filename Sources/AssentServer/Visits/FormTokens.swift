internal import Consents
internal import Crypto
internal import OAuth
internal import Surfaces
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

    /// - Parameter page: The digest of what the person reads, so that a yes is a yes to that and nothing else. It stands in
    ///   the token as well, to tell a page of ours that has changed since from one that was never ours.
    func token(
        for step: Step,
        of interaction: Interaction,
        session: Fingerprint?,
        consentVersion: Int?,
        page: [UInt8]
    ) -> WireText {
        var message: [UInt8] = []
        message.append(contentsOf: "\(step.rawValue)\n\(interaction.id)\n\(consentVersion ?? 0)\n\(page.count)\n".utf8)
        message.append(contentsOf: interaction.browser.bytes)
        message.append(contentsOf: page)
        message.append(contentsOf: session?.bytes ?? [])
        return WireText(Base64URL.encode(page + key.sha256(message)))
    }

    /// What a token says of the page that it stood in; nothing is proved by that.
    static func page(in token: WireText) -> [UInt8] {
        guard let bytes = Base64URL.decode(token), bytes.count > macBytes else { return [] }
        return Array(bytes.dropLast(macBytes))
    }

    /// The name of a page that the bank's own systems show, made anew each time it is asked for.
    ///
    /// It has the form of an identifier and is a MAC over what was shown, so that a decision can be held to that
    /// page though nothing of it was kept.
    func name(_ nonce: [UInt8], _ visit: Visit, showing screen: ConsentScreen) -> UUID {
        precondition(nonce.count == Self.nonceBytes, "A name begins with its nonce.")
        var message = Array("screen\n\(visit.interaction.id)\n\(visit.consent?.version ?? 0)\n".utf8)
        message += nonce
        message += visit.interaction.browser.bytes
        message += visit.session?.fingerprint.bytes ?? []
        message += screen.lasting
        return UUID(random: nonce + key.sha256(message).prefix(16 - Self.nonceBytes))
    }

    /// Whether the name was given to this very page.
    func fits(_ name: UUID, _ visit: Visit, showing screen: ConsentScreen) -> Bool {
        guard let nonce = Hex.decode(WireText(name.text.utf8.prefix(2 * Self.nonceBytes))) else { return false }
        return ConstantTime.equal(name.text, self.name(nonce, visit, showing: screen).text)
    }

    static let nonceBytes = 4
    private static let macBytes = 32

    /// What a person does at the dashboard; no name of these is a name of a `Step`.
    enum DashboardStep: String {
        case logIn = "dashboard-log-in"
        case logOut = "dashboard-log-out"
        case stop = "dashboard-stop"
        /// A code that another device shows, which somebody types before they have signed in.
        case device
        /// Asked for by a third party or by a link.
        case endSession = "end-session"
        /// A request by the back channel, which somebody opens at the dashboard.
        case summons
    }

    /// - Parameter cookie: The browser's, or the person's login in it: a form of another's fits neither.
    func token(
        for step: DashboardStep,
        about consent: Identifier<Consent>? = nil,
        bearing cookie: Fingerprint
    ) -> WireText {
        var message: [UInt8] = []
        message.append(contentsOf: "\(step.rawValue)\n\(consent?.text ?? "")\n".utf8)
        message.append(contentsOf: cookie.bytes)
        return WireText(Base64URL.encode(key.sha256(message)))
    }
}

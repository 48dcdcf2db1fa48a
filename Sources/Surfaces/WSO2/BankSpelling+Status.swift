package import Consents
package import Text

extension BankSpelling {
    /// How a consent stands; whoever asks is not told whether the person or a machine said no.
    package static func status(of consent: Consent, at now: Timestamp) -> WireText {
        word(for: consent.state(at: now))
    }

    /// The word for a state.
    static func word(for state: Consent.State) -> WireText {
        switch state {
        case .awaiting: "AwaitingAuthorisation"
        case .authorised: "Authorised"
        case .rejected, .failed: "Rejected"
        case .revoked: "Revoked"
        case .expired: "Expired"
        }
    }

    /// The states that a word stands for; none where it is no word of ours.
    static func states(for word: WireText) -> Set<Consent.State> {
        Set(Consent.State.allCases.filter { Self.word(for: $0) == word })
    }
}

import Consents
import Text

/// The words of the UK Read/Write API that are not its permission codes.
enum Spelling {
    static let prefix: WireText = "/open-banking/v3.1/aisp"

    static let mediaType: WireText = "application/json"

    /// Four words for five states: whoever asks is not told whether the person or a machine said no.
    static func word(for status: Consent.Status) -> WireText {
        switch status {
        case .awaiting: "AwaitingAuthorisation"
        case .authorised: "Authorised"
        case .rejected, .failed: "Rejected"
        case .revoked: "Revoked"
        }
    }
}

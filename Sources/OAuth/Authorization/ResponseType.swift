package import Text

/// What comes back through the browser: RFC 6749 §3.1.1 and OpenID Connect Core §3.3.
///
/// There is none with an access token: tokens do not travel through browsers (RFC 9700 §2.1.2).
package enum ResponseType: String, Sendable, Hashable, CaseIterable {
    case code
    case codeIDToken = "code id_token"
    /// OAuth 2.0 Multiple Response Types §4: the person decides, and nothing is handed out.
    case none

    /// Reads the values in any order, as OAuth 2.0 Multiple Response Types §3 has it.
    package init?(_ text: WireText) {
        switch text {
        case "code": self = .code
        case "code id_token", "id_token code": self = .codeIDToken
        case "none": self = .none
        default: return nil
        }
    }

    /// Whether a code comes back, and with it the need to prove who redeems it.
    package var hasCode: Bool { self != .none }

    /// OAuth 2.0 Multiple Response Types §5.
    package var defaultMode: ResponseMode {
        switch self {
        case .code, .none: .query
        case .codeIDToken: .fragment
        }
    }
}

package import Text

/// A table that every store has under one name, with the same columns in the same order.
package enum StoredTable: String, Sendable, CaseIterable {
    case family
    case code
    case refreshToken = "refresh_token"
    case revokedAccessToken = "revoked_access_token"
    case spentAssertion = "spent_assertion"
    case session
    case interaction
    case pushedRequest = "pushed_request"
    case polledRequest = "polled_request"
    case rememberedScope = "remembered_scope"
    case loginThrottle = "login_throttle"
    case consent
    case idempotency
    case revision
    case accessSession = "access_session"
    case accessFlow = "access_flow"
    case consentToken = "consent_token"
    case registeredClient = "registered_client"
    case spentInvitation = "spent_invitation"
    case logoutNotice = "logout_notice"
}

/// What stands in a column.
package enum StoredKind: Sendable {
    case integer, boolean, text, texts, bytes
}

/// A value of a column, the same in every store.
package enum StoredValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case boolean(Bool)
    case text(WireText)
    case texts([WireText])
    case bytes([UInt8])
}

extension StoredTable {
    /// What its columns hold, in their order.
    package var kinds: [StoredKind] {
        switch self {
        case .family:
            [
                .text, .text, .text, .text, .text, .text, .text, .integer, .text, .text, .text, .integer, .integer,
                .integer, .text, .texts, .integer,
            ]
        case .code: [.bytes, .text, .bytes, .bytes, .bytes, .text, .integer, .integer, .integer, .integer]
        case .refreshToken: [.bytes, .text, .bytes, .bytes, .integer, .integer, .integer]
        case .revokedAccessToken: [.bytes, .integer, .integer]
        case .spentAssertion: [.integer, .text, .bytes, .integer]
        case .session: [.bytes, .text, .text, .integer, .text, .bytes, .integer]
        case .interaction:
            [
                .text, .bytes, .text, .integer, .integer, .bytes, .integer, .text, .bytes, .boolean, .bytes, .text,
                .text,
            ]
        case .pushedRequest: [.bytes, .text, .integer, .integer, .boolean, .bytes, .text]
        case .polledRequest:
            [
                .bytes, .text, .text, .bytes, .text, .text, .boolean, .text, .text, .integer, .integer, .bytes,
                .bytes, .integer, .integer, .integer, .integer, .integer, .text, .integer, .text,
            ]
        case .rememberedScope: [.text, .text, .text, .bytes, .text, .integer]
        case .loginThrottle: [.text, .integer, .integer]
        case .consent:
            [
                .text, .text, .text, .integer, .integer, .text, .texts, .integer, .integer, .integer, .text, .integer,
                .integer, .text, .integer, .integer, .integer, .texts, .text, .texts, .bytes,
            ]
        case .idempotency: [.text, .bytes, .bytes, .text, .integer]
        case .revision:
            [
                .integer, .text, .integer, .text, .text, .texts, .bytes, .integer, .text, .text, .text, .bytes,
                .bytes, .text, .bytes,
            ]
        case .accessSession: [.text, .text, .text, .text, .text, .integer, .integer, .integer]
        case .accessFlow: [.text, .text, .text, .bytes, .integer, .integer, .bytes]
        case .consentToken:
            [
                .text, .text, .integer, .integer, .bytes, .bytes, .integer, .integer, .integer, .integer, .integer,
            ]
        case .registeredClient: [.text, .text, .text, .text, .bytes, .integer, .integer]
        case .spentInvitation: [.bytes, .integer]
        case .logoutNotice: [.text, .text, .text, .text, .integer, .integer, .integer]
        }
    }
}

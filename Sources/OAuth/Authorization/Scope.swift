package import Text

/// A list of scope values: RFC 6749 §3.3.
package struct Scope: Sendable, Hashable {
    /// In the order in which they were written, each once.
    package let values: [WireText]

    /// Values of our own, which are not checked.
    package init(_ values: [WireText]) {
        self.values = values
    }

    /// Reads values between single spaces; `nil` for what RFC 6749 §3.3 does not allow, and for too many.
    package init?(_ text: WireText) {
        var values: [WireText] = []
        for value in text.split(at: .space) {
            guard !value.isEmpty, value.utf8.allSatisfy(\.isScopeCharacter), !values.contains(value),
                values.count < Limits.scopes
            else { return nil }
            values.append(value)
        }
        self.values = values
    }

    /// Asks for a login: OpenID Connect Core §3.1.2.1.
    package static let openID: WireText = "openid"
    /// Asks for the name and what goes with it: OpenID Connect Core §5.4.
    package static let profile: WireText = "profile"
    /// Asks for the e-mail address: OpenID Connect Core §5.4.
    package static let email: WireText = "email"
    /// Asks for the postal address: OpenID Connect Core §5.4.
    package static let address: WireText = "address"
    /// Asks for the telephone number: OpenID Connect Core §5.4.
    package static let phone: WireText = "phone"
    /// Asks for a refresh token: OpenID Connect Core §11.
    package static let offlineAccess: WireText = "offline_access"
    /// Asks for accounts: UK Read/Write API 3.1.
    package static let accounts: WireText = "accounts"

    /// How a claim is written among what a person agreed to; no client can be registered for such a scope.
    package static let claimPrefix: WireText = "claim:"

    /// Whether this very value is in it, byte by byte.
    package func contains(_ value: WireText) -> Bool { values.contains(value) }

    /// Whether the other scope has all of its values.
    package func isSubset(of other: Scope) -> Bool { values.allSatisfy(other.contains) }

    /// The values of both, each once, those of the other scope last.
    package func adding(_ other: Scope) -> Scope { Scope(values + other.values.filter { !contains($0) }) }

    /// Whether it has no value; on the wire it is then left out.
    package var isEmpty: Bool { values.isEmpty }

    /// As RFC 6749 §3.3 writes it.
    package var text: WireText { WireText(values.map(\.string).joined(separator: " ")) }
}

extension UInt8 {
    /// `NQCHAR` of RFC 6749 appendix A.
    fileprivate var isScopeCharacter: Bool {
        isVisible && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
    }
}

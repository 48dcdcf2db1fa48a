package import Text

/// A cookie to be set, in the only form in which we set any.
///
/// `__Host-`, `Secure`, `Path=/` and no `Domain`: no other host and no plain connection can plant it.
/// `HttpOnly`: no script can read it. Nothing of this can be left out, but for the one cookie that a script of
/// ours is made for: see `readable`.
package struct SetCookie: Sendable, Hashable {
    /// When a browser sends the cookie with a request that another site began.
    package enum SameSite: Sendable, Hashable {
        /// With top-level navigation only, which is how a third party sends people to us.
        case lax
        case strict
        /// With requests of frames in pages of others as well, which wants `Secure` beside it.
        case none
    }

    /// The whole line's value.
    package let field: FieldValue

    /// - Parameters:
    ///   - name: The name with its `__Host-`, as `Cookie.read` will be asked for it.
    ///   - seconds: How long the browser keeps it; until it is closed where `nil`.
    /// - Returns: `nil` where name or value hold what a cookie may not, or where both are too long.
    package init?(_ name: WireText, _ value: WireText, sameSite: SameSite = .lax, seconds: Int? = nil) {
        self.init(name, value, sameSite: sameSite, seconds: seconds, isReadable: false)
    }

    private init?(_ name: WireText, _ value: WireText, sameSite: SameSite, seconds: Int?, isReadable: Bool) {
        guard name.hasPrefix("__Host-"), name.utf8.allSatisfy(\.isTokenCharacter),
            value.utf8.allSatisfy(\.isCookieCharacter)
        else { return nil }
        var text = "\(name)=\(value); Path=/; Secure\(isReadable ? "" : "; HttpOnly"); SameSite=\(sameSite.name)"
        if let seconds { text += "; Max-Age=\(seconds)" }
        guard text.utf8.count < Limits.cookieBytes, let field = FieldValue(WireText(text)) else { return nil }
        self.field = field
    }

    /// A cookie that a script of ours reads in a frame of somebody else's page, and that therefore holds no secret.
    package static func readable(_ name: WireText, _ value: WireText, seconds: Int? = nil) -> SetCookie? {
        SetCookie(name, value, sameSite: .none, seconds: seconds, isReadable: true)
    }

    /// Makes a browser forget the cookie.
    package static func forgetting(_ name: WireText) -> SetCookie? {
        SetCookie(name, "", seconds: 0)
    }
}

extension SetCookie.SameSite {
    fileprivate var name: String {
        switch self {
        case .lax: "Lax"
        case .strict: "Strict"
        case .none: "None"
        }
    }
}

extension UInt8 {
    /// RFC 6265 §4.1.1: `cookie-octet`.
    fileprivate var isCookieCharacter: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\\"): false
        default: isVisible
        }
    }
}

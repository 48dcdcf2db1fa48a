package import Text

/// How an answer comes back: OAuth 2.0 Multiple Response Types §2.1, and signed: JARM §2.3.
package struct ResponseMode: Sendable, Hashable {
    /// What carries it.
    package let carrier: Carrier
    /// Whether its parameters are claims of one JWT.
    package let isSigned: Bool

    /// What carries an answer through the browser.
    package enum Carrier: String, Sendable, Hashable, CaseIterable {
        case query
        case fragment
        case formPost = "form_post"
    }

    private init(_ carrier: Carrier, isSigned: Bool = false) {
        self.carrier = carrier
        self.isSigned = isSigned
    }

    /// Parameters of the redirect URI.
    package static let query = ResponseMode(.query)
    /// Parameters behind its `#`.
    package static let fragment = ResponseMode(.fragment)
    /// A form that the browser posts.
    package static let formPost = ResponseMode(.formPost)

    /// Reads a mode; `jwt` alone is the mode of the response type, signed.
    ///
    /// `web_message` is not written.
    package init?(_ text: WireText, for type: ResponseType) {
        switch text {
        case "query": self = .query
        case "fragment": self = .fragment
        case "form_post": self = .formPost
        case "jwt": self = type.defaultMode.signed
        case "query.jwt": self = Self.query.signed
        case "fragment.jwt": self = Self.fragment.signed
        case "form_post.jwt": self = Self.formPost.signed
        default: return nil
        }
    }

    /// Every name that is read.
    package static let names: [WireText] = [
        "query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt",
    ]

    /// The same, signed.
    package var signed: ResponseMode { ResponseMode(carrier, isSigned: true) }

    /// OAuth 2.0 Multiple Response Types §3, JARM §2.3.1: an ID token must not stand in a query, nor in a JWT there
    /// that anybody can read.
    package func fits(_ type: ResponseType) -> Bool {
        !(carrier == .query && type == .codeIDToken)
    }

    /// Whether the client has registered for it.
    package func isAllowed(to client: Client) -> Bool { !isSigned || client.frontChannel.answerAlgorithm != nil }
}

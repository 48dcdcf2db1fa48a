package import Text

/// One thing that was looked at in a token.
package struct TokenFinding: Sendable {
    package let rule: TokenRule
    /// What is wrong; `nil` where nothing is.
    package let problem: WireText?

    init(_ rule: TokenRule, _ problem: WireText? = nil) {
        self.rule = rule
        self.problem = problem
    }
}

/// What is looked at, and the clause that asks for it.
package enum TokenRule: String, Sendable, CaseIterable {
    case form
    case signature
    case keyID
    case type
    case issuer
    case audience
    case authorizedParty
    case expires
    case issued
    case subject
    case nonce
    case accessTokenHash
    case codeHash
    case stateHash
    case clientID
    case identifier
    case scope
}

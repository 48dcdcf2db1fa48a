package import Text

/// What a bank's back end does for a third party.
package enum KonsentusAct: Sendable, Hashable {
    /// `POST /v1/obie/tokens`: a code for an access token.
    case redeem
    /// `POST /v1/obie/authorization_code`: a code for a consent whose person the bank has authenticated.
    case authorise
}

/// The body of `POST /v1/obie/tokens`.
package struct CodeRedemption: Sendable, Hashable {
    package let code: WireText
    package let redirectURI: WireText
    /// Not of the contract: proves a code that was asked for with a challenge (RFC 7636).
    package let verifier: WireText?

    /// Reads a body that has no other members.
    package init(_ body: [UInt8]) throws(SurfaceRefusal) {
        let fields = try ClosedObject(body: body, names: ["auth_code", "redirect_uri", "code_verifier"])
        code = try fields.requireText("auth_code")
        redirectURI = try fields.requireText("redirect_uri")
        verifier = try fields.text("code_verifier")
    }
}

/// The body of `POST /v1/obie/authorization_code`.
package struct CodeOrder: Sendable, Hashable {
    package let consent: WireText
    /// The account that is opened; its owner is the person whom the bank has authenticated.
    package let account: WireText
    package let redirectURI: WireText
    package let state: WireText?

    /// Reads a body that has no other members.
    package init(_ body: [UInt8]) throws(SurfaceRefusal) {
        let fields = try ClosedObject(
            body: body,
            names: ["consent_id", "psu_account_id", "redirect_uri", "scope", "state"]
        )
        consent = try fields.requireText("consent_id")
        account = try fields.requireText("psu_account_id")
        redirectURI = try fields.requireText("redirect_uri")
        // Money moves are not for this server: `payment` and `payments` are refused like any unknown word.
        guard ["account", "accounts"].contains(try fields.requireText("scope")) else {
            throw .fieldInvalid(path: "scope")
        }
        state = try fields.text("state")
        if let state, state.byteCount > Limits.stateBytes { throw .fieldInvalid(path: "state") }
    }
}

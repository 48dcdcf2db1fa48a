internal import Crypto
internal import OAuth
internal import Text

/// OpenID Connect Session Management 1.0 §3: what changes for a client when the login at the bank does.
enum SessionState {
    /// The script of `CheckSessionEndpoint` makes the same text of the same things.
    static func text(_ request: AuthorizationRequest, _ session: Session, salt: WireText) -> WireText {
        let origin = URIReference(request.target.redirectURI)?.origin ?? ""
        let digest = Digest.sha256(WireText("\(request.client.id) \(origin) \(browserState(of: session)) \(salt)"))
        return WireText("\(Hex.encode(digest)).\(salt)")
    }

    /// What the browser holds for a script of ours to read: as long as the login, and no way to it.
    static func browserState(of session: Session) -> WireText {
        WireText(Base64URL.encode(Digest.sha256(WireText("session state \(session.sid)"))))
    }
}

extension AuthorizationAnswer {
    /// The same answer as OpenID Connect Session Management 1.0 §2 wants it, where the client can have a frame.
    func adding(_ session: Session, _ request: AuthorizationRequest, salt: [UInt8]) -> AuthorizationAnswer {
        guard request.scope.contains(Scope.openID), let scheme = URIReference(target.redirectURI)?.scheme,
            scheme == "https" || scheme == "http"
        else { return self }
        return adding(
            sessionState: SessionState.text(request, session, salt: WireText(Base64URL.encode(salt)))
        )
    }
}

extension House {
    /// Sixteen bytes that make two values of the same thing differ.
    func freshSalt() throws(Refusal) -> [UInt8] {
        do { return try entropy.bytes(16) } catch { throw .temporarilyUnavailable }
    }
}

internal import Crypto
internal import OAuth
internal import Text

/// OpenID Connect Session Management 1.0 §3.2: what changes for a client when the login at the bank does.
enum SessionState {
    static func text(_ request: AuthorizationRequest, _ session: Session, salt: WireText) -> WireText {
        let origin = URIReference(request.target.redirectURI)?.origin ?? ""
        // The fingerprint stands for the login, and nobody gets from it to the cookie.
        let login = Hex.encode(session.fingerprint.bytes)
        let digest = Digest.sha256(WireText("\(request.client.id) \(origin) \(login) \(salt)"))
        return WireText("\(Hex.encode(digest)).\(salt)")
    }
}

extension House {
    /// Sixteen bytes that make two values of the same thing differ.
    func freshSalt() throws(Refusal) -> [UInt8] {
        do { return try entropy.bytes(16) } catch { throw .temporarilyUnavailable }
    }
}

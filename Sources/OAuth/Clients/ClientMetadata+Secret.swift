import Crypto
import Text

/// A client's secret, and the one that it had before, as its document has them.
extension ClientMetadata {
    /// The digests, for `client_secret_basic` and `client_secret_post`.
    static func digests(_ document: JSON) throws(Problem) -> ClientSecret<Fingerprint> {
        let current = try fingerprint(try text(document, "client_secret_sha256"), "client_secret_sha256")
        var previous: Fingerprint?
        if let text = try text(document, "previous_client_secret_sha256") {
            previous = try fingerprint(text, "previous_client_secret_sha256")
        }
        return try secret(document, current, previous)
    }

    /// Those that can be read again, for `client_secret_jwt`.
    static func sealedSecrets(_ document: JSON) throws(Problem) -> ClientSecret<SealedSecret> {
        guard let current = try sealed(document, "client_secret_sealed") else {
            throw Problem("client_secret_sealed", "It must be what assent clients add writes for client_secret_jwt.")
        }
        return try secret(document, current, try sealed(document, "previous_client_secret_sealed"))
    }

    /// Refuses members of a secret that the method has no use for, so that nobody believes in an end that does not come.
    static func requireSecretMembers(_ document: JSON, fit method: WireText) throws(Problem) {
        let methods: [WireText: Set<WireText>] = [
            "previous_client_secret_sha256": ["client_secret_basic", "client_secret_post"],
            "previous_client_secret_sealed": [SecretJWT.method],
            "client_secret_expires_at": ["client_secret_basic", "client_secret_post", SecretJWT.method],
            "previous_client_secret_expires_at": ["client_secret_basic", "client_secret_post", SecretJWT.method],
        ]
        for member in document.members ?? [] {
            if let fitting = methods[member.name], !fitting.contains(method) {
                throw Problem(member.name, "The method \(method) has no use for it.")
            }
        }
    }

    private static func secret<Kept>(
        _ document: JSON,
        _ current: Kept,
        _ previous: Kept?
    ) throws(Problem) -> ClientSecret<Kept> {
        let member: WireText = "previous_client_secret_expires_at"
        let end = try end(document, member)
        // What has a successor must end, or it would be a second way in for ever.
        guard (previous == nil) == (end == nil) else {
            throw Problem(member, "A previous secret and its end stand together.")
        }
        guard previous != current else {
            throw Problem(member, "The previous secret is another one than the current.")
        }
        return ClientSecret(
            current,
            expires: try self.end(document, "client_secret_expires_at"),
            previous: previous.flatMap { kept in end.map { ClientSecret.Previous(kept, expires: $0) } }
        )
    }

    private static func sealed(_ document: JSON, _ member: WireText) throws(Problem) -> SealedSecret? {
        guard let text = try text(document, member) else { return nil }
        guard let secret = SealedSecret(text) else {
            throw Problem(member, "It must be what assent clients add writes for client_secret_jwt.")
        }
        return secret
    }

    /// RFC 7591 §3.2.1: seconds since 1970, and 0 is never.
    private static func end(_ document: JSON, _ member: WireText) throws(Problem) -> Timestamp? {
        guard let value = document[member] else { return nil }
        guard let seconds = value.integer, seconds >= 0 else {
            throw Problem(member, "It must be seconds since 1970, as a whole number; 0 is never.")
        }
        return seconds == 0 ? nil : Timestamp(seconds)
    }
}

package import Crypto
package import Text

/// From presented proof to an authenticated client.
package enum ClientAuthentication {
    /// The names under which discovery lists the methods.
    package static let methods: [WireText] = [
        "client_secret_basic", "client_secret_post", SecretJWT.method, "private_key_jwt", MutualTLS.method,
        SelfSignedTLS.method, "none",
    ]

    /// Unknown client, disabled client, other method and wrong proof are one answer.
    ///
    /// - Parameters:
    ///   - client: The client that `presented` names, if there is one.
    ///   - audiences: Our own names that an assertion may be addressed to, the issuer first.
    ///   - certificate: That of the connection, if there was one.
    ///   - authorities: Those who are believed about certificates of clients.
    ///   - secrets: What readable secrets are sealed with, if there are any.
    package static func decide(
        _ presented: PresentedClient,
        _ client: Client?,
        audiences: @autoclosure () -> [WireText],
        certificate: ShownCertificate? = nil,
        authorities: CertificateAuthorities? = nil,
        secrets: ClientSecretKey? = nil,
        at now: Timestamp
    ) throws(Refusal) -> AuthenticatedClient {
        // Hashed before anything is known, so that an unknown client takes the time of a known one.
        let shown = Fingerprint(of: presented.secret)
        guard let client, client.isEnabled, client.id == presented.id else { throw .clientCredentialsWrong }

        switch (client.authentication, presented.proof) {
        case (.none, .none):
            return AuthenticatedClient(assertion: client, changes: [])
        case (.secretBasic(let secret), .secretBasic), (.secretPost(let secret), .secretPost):
            if let current = secret.current(at: now), ConstantTime.equal(shown, current) {
                return AuthenticatedClient(assertion: client, changes: [])
            }
            guard let previous = secret.previous(at: now), ConstantTime.equal(shown, previous.kept) else {
                throw .clientCredentialsWrong
            }
            return AuthenticatedClient(assertion: client, changes: [], previousSecretEnds: previous.expires)
        case (.privateKeyJWT(let keys), .assertion(let token)):
            let assertion = try ClientAssertion(
                token,
                of: client.id,
                keys: keys,
                heldTo: client.profile.demands,
                audiences: audiences(),
                at: now
            )
            return AuthenticatedClient(assertion: client, changes: [assertion.spending])
        case (.secretJWT(let secret), .assertion(let token)):
            let previous = secret.previous(at: now)
            var refusal = Refusal.clientCredentialsWrong
            for kept in [secret.current(at: now), previous?.kept] {
                guard let kept else { continue }
                // The server does not start with a secret that it cannot open.
                guard let key = secrets?.open(kept, of: client.id) else { throw .serverFailed }
                do {
                    let assertion = try ClientAssertion(
                        token,
                        of: client.id,
                        secret: key,
                        heldTo: client.profile.demands,
                        audiences: audiences(),
                        at: now
                    )
                    return AuthenticatedClient(
                        assertion: client,
                        changes: [assertion.spending],
                        previousSecretEnds: kept == previous?.kept ? previous?.expires : nil
                    )
                } catch { refusal = error }
            }
            throw refusal
        case (.mutualTLS(let name), .none):
            try MutualTLS.decide(certificate, of: name, believing: authorities, at: now)
            return AuthenticatedClient(assertion: client, changes: [])
        case (.selfSignedTLS(let registered), .none):
            try SelfSignedTLS.decide(certificate, among: registered, at: now)
            return AuthenticatedClient(assertion: client, changes: [])
        // Only the one registered method counts, or an attacker would choose the weakest.
        case (.none, _), (.secretBasic, _), (.secretPost, _), (.secretJWT, _), (.privateKeyJWT, _), (.mutualTLS, _),
            (.selfSignedTLS, _):
            throw .clientCredentialsWrong
        }
    }
}

/// A client that has proved who it is, by the one method it is registered for.
package struct AuthenticatedClient: Sendable {
    /// Who it is.
    package let client: Client
    /// What must be kept with whatever the request does: a spent assertion.
    package let changes: [Change]
    /// When the secret that it used ends, where it has a successor: what the log says of a client that has not changed over.
    package let previousSecretEnds: Timestamp?

    /// - Parameter assertion: A client whose proof the caller has verified.
    init(assertion client: Client, changes: [Change], previousSecretEnds: Timestamp? = nil) {
        self.client = client
        self.changes = changes
        self.previousSecretEnds = previousSecretEnds
    }
}

extension PresentedClient {
    fileprivate var secret: WireText {
        switch proof {
        case .secretBasic(let secret), .secretPost(let secret): secret
        case .none, .assertion: ""
        }
    }
}

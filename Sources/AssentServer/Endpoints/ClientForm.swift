internal import Crypto
internal import HTTP
internal import JOSE
internal import OAuth
internal import Telemetry
internal import Text

/// A form that a client posts with its credentials: token, introspection and revocation.
struct ClientForm {
    /// As it came, for what it may hold besides.
    let form: FormFields
    let fields: TokenFields
    let presented: PresentedClient
    let usedHeader: Bool
    let peer: Peer
    let shown: ShownCertificate?
    /// SHA-256 of the certificate of the connection, if there was one.
    var certificate: Fingerprint? { shown?.thumbprint }

    /// Reads the form and what the client shows of itself; nothing is believed yet.
    init(_ request: Request) throws(Refusal) {
        // RFC 6749 §3.2 and §2.3.1: parameters travel in the body, and secrets never in a URI.
        guard request.query == nil else { throw .parameterMalformed(.grantType) }
        guard MediaType(request.fields)?.essence == "application/x-www-form-urlencoded" else {
            throw .bodyNotForm
        }
        do { form = try FormFields(request.body.span) } catch { throw .bodyNotForm }
        fields = try TokenFields(form)

        let authorization: Authorization?
        do { authorization = try Authorization.read(request.fields) } catch { throw .clientCredentialsWrong }
        switch authorization {
        case .basic(let id, let secret): presented = try PresentedClient(fields, basic: (id, secret))
        case nil: presented = try PresentedClient(fields, basic: nil)
        case .bearer, .dpop, .token, .other: throw .clientCredentialsWrong
        }
        usedHeader = authorization != nil
        peer = request.peer
        shown = peer.shownCertificate
    }
}

extension House {
    /// The client behind a form, if its proof holds.
    ///
    /// - Parameter path: What was called, which an assertion may be addressed to.
    func authenticate(
        _ form: ClientForm,
        calling path: WireText,
        at now: Timestamp
    ) async throws(Refusal) -> AuthenticatedClient {
        try limiter.requireTurn(of: form.presented.id, from: form.peer)
        let authenticated: AuthenticatedClient
        do {
            authenticated = try ClientAuthentication.decide(
                form.presented,
                try await client(form.presented.id, verifying: form.presented.assertion, at: now),
                audiences: audiences(of: path),
                certificate: form.shown,
                authorities: authorities.current,
                secrets: clientSecrets,
                at: now
            )
        } catch {
            countUnproven(error)
            throw error
        }
        try limiter.count(authenticated.client, from: form.peer)
        note(authenticated)
        return authenticated
    }

    /// Says that a client still uses the secret before its newest one, so that somebody asks before it ends.
    func note(_ authenticated: AuthenticatedClient) {
        guard let end = authenticated.previousSecretEnds else { return }
        log.warning(
            "client.previous_secret",
            ["client": .text(authenticated.client.id.text), "ends": .text(WireText(end.rfc3339))]
        )
    }

    private func audiences(of path: WireText) -> [WireText] {
        // RFC 8705 §5: who calls at the host for certificates calls it by that name.
        let aliases = certificates.origin.map { [WireText("\($0)/token"), WireText("\($0)\(path)")] } ?? []
        return [issuer.text, issuer.url("/token"), issuer.url(path)] + aliases
    }
}

extension Request {
    /// Whether the client tried the Authorization header, for the answer that must name it.
    var triesAuthorizationHeader: Bool { fields.contains(.authorization) }
}

extension PresentedClient {
    fileprivate var assertion: WireText? {
        guard case .assertion(let token) = proof else { return nil }
        return token.text
    }
}

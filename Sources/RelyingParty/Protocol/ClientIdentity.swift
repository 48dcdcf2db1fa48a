package import Text

/// A client as its owner knows it: the members of RFC 7591 §2, with its secrets.
package struct ClientIdentity: Sendable {
    package var id: WireText
    package var method: Method
    package var secret: WireText?
    package var key: ClientKey?
    package var redirectURI: WireText
    package var scope: WireText?
    /// Whether requests and tokens are bound to its certificate.
    package var showsCertificate: Bool

    /// RFC 7591 §2, `token_endpoint_auth_method`.
    package enum Method: String, Sendable, CaseIterable {
        case none
        case basic = "client_secret_basic"
        case post = "client_secret_post"
        case privateKey = "private_key_jwt"
        case certificate = "tls_client_auth"
        case ownCertificate = "self_signed_tls_client_auth"
    }

    package init(
        id: WireText,
        method: Method,
        secret: WireText? = nil,
        key: ClientKey? = nil,
        redirectURI: WireText,
        scope: WireText? = nil,
        showsCertificate: Bool = false
    ) {
        self.id = id
        self.method = method
        self.secret = secret
        self.key = key
        self.redirectURI = redirectURI
        self.scope = scope
        self.showsCertificate = showsCertificate
    }

    /// Reads a client's own file, or the answer of a registration endpoint; `jwks` may hold a private key.
    package init(_ document: JSON, key: ClientKey? = nil) throws(PartyFailure) {
        guard let id = document["client_id"]?.text else { throw .setup("The client has no client_id.") }
        let secret = document["client_secret"]?.text
        let named = document["token_endpoint_auth_method"]?.text
        guard let method = Method(rawValue: named?.string ?? (secret == nil ? "none" : "client_secret_basic")) else {
            throw .setup(WireText("The client authenticates with \(named ?? ""), which is not known here."))
        }
        var key = key
        if key == nil, let json = document["jwks"]?["keys"]?.array?.first(where: { $0["d"] != nil }) {
            key = try ClientKey(json)
        }
        if method == .privateKey, key == nil { throw .setup("The client has no private key to sign with.") }
        if method == .basic || method == .post, secret == nil { throw .setup("The client has no client_secret.") }
        guard let redirectURI = document["redirect_uris"]?.texts?.first else {
            throw .setup("The client has no redirect_uris.")
        }
        self.init(
            id: id,
            method: method,
            secret: secret,
            key: key,
            redirectURI: redirectURI,
            scope: document["scope"]?.text,
            showsCertificate: method == .certificate || method == .ownCertificate
                || document["tls_client_certificate_bound_access_tokens"]?.boolean == true
        )
    }

    /// Whether a scope is among those that it may ask for; `nil` where nothing is known of them.
    package func mayAsk(for scope: WireText) -> Bool? {
        self.scope.map { $0.split(at: .space).contains(scope) }
    }
}

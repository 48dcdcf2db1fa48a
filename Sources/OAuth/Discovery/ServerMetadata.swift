package import JOSE
package import Text

/// What we say of ourselves: RFC 8414 §2 and OpenID Connect Discovery §3, made from what is there.
package struct ServerMetadata: Sendable {
    private let issuer: Issuer
    private let signingAlgorithms: [Algorithm]
    private let encryptions: [KeyEncryption]
    private let acr: WireText
    private let scopes: [WireText]
    private let uiLocales: [WireText]
    private let certificates: Certificates
    private let resources: [WireText]
    private let takesRegistrations: Bool
    private let notifies: Bool
    private let trustsIssuers: Bool
    private let sealsSecrets: Bool

    /// What clients may do with certificates: RFC 8705.
    package struct Certificates: Sendable {
        let areShown: Bool
        let haveAuthorities: Bool
        let origin: WireText?

        /// - Parameters:
        ///   - areShown: Whether clients can show any.
        ///   - haveAuthorities: Whether somebody is believed about them.
        ///   - origin: The host to show them at, where it is another than the issuer's.
        package init(areShown: Bool = false, haveAuthorities: Bool = false, origin: WireText? = nil) {
            self.areShown = areShown
            self.haveAuthorities = haveAuthorities
            self.origin = origin
        }
    }

    /// What only the configuration knows.
    ///
    /// - Parameters:
    ///   - signingAlgorithms: Those of keys that sign.
    ///   - encryptions: Those of keys that open what is encrypted to us.
    ///   - notifies: Whether hosts of clients can be called, to tell them of a logout.
    ///   - trustsIssuers: Whether there is a partner whose word about people is believed.
    ///   - sealsSecrets: Whether there is a key to seal secrets of clients with.
    package init(
        issuer: Issuer,
        signingAlgorithms: [Algorithm],
        encryptions: [KeyEncryption] = [],
        acr: WireText,
        scopes: [WireText],
        uiLocales: [WireText],
        certificates: Certificates = Certificates(),
        resources: Resources? = nil,
        takesRegistrations: Bool = false,
        notifies: Bool = false,
        trustsIssuers: Bool = false,
        sealsSecrets: Bool = false
    ) {
        self.issuer = issuer
        self.signingAlgorithms = signingAlgorithms
        self.encryptions = encryptions
        self.acr = acr
        self.scopes = scopes
        self.uiLocales = uiLocales
        self.certificates = certificates
        // RFC 9728 §4; ourselves, where nothing else is listed.
        self.resources = (resources ?? Resources(issuer: issuer)).all
        self.takesRegistrations = takesRegistrations
        self.notifies = notifies
        self.trustsIssuers = trustsIssuers
        self.sealsSecrets = sealsSecrets
    }

    /// Those that can work here: a method that no client could use is not offered.
    private var methods: [WireText] {
        ClientAuthentication.methods.filter { method in
            switch method {
            case MutualTLS.method: certificates.areShown && certificates.haveAuthorities
            case SelfSignedTLS.method: certificates.areShown
            case SecretJWT.method: sealsSecrets
            default: true
            }
        }
    }

    /// Those that can work here.
    private var grants: [WireText] {
        Grants.names.filter { $0 != JWTBearerGrant.type.name || trustsIssuers }
    }

    /// RFC 8705 §5: the endpoints that want to know who calls, at the host where certificates are asked for.
    private func aliases(at origin: WireText) -> JSON {
        .object(
            Self.endpoints.map { name, path in JSON.Member(name, .text(WireText("\(origin)\(path)"))) }
        )
    }

    private static let endpoints: [(name: WireText, path: WireText)] = [
        ("token_endpoint", "/token"), ("introspection_endpoint", "/introspect"), ("revocation_endpoint", "/revoke"),
        ("userinfo_endpoint", "/userinfo"), ("pushed_authorization_request_endpoint", "/par"),
        ("grant_management_endpoint", "/grants"),
        ("device_authorization_endpoint", "/device_authorization"),
        ("backchannel_authentication_endpoint", "/bc-authorize"),
    ]

    /// What tokens and the user info endpoint say: the protocol's own claims, and those of the person.
    private static let claims: [WireText] =
        ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "sid"] + PersonClaim.allCases.map(\.claimName)
        + ["openbanking_intent_id"]

    /// The document of both discovery URLs.
    package var document: JSON {
        let algorithms = JSON.array(signingAlgorithms.map { .text($0.name) })
        // RFC 8414 §2: at each of the three endpoints, for as long as private_key_jwt is taken there.
        let assertionAlgorithms = JSON.array(
            (ClientAssertion.algorithms + (sealsSecrets ? [.hs256] : [])).map { .text($0.name) }
        )
        let document: JSON = [
            "issuer": .text(issuer.text),
            "authorization_endpoint": .text(issuer.url("/authorize")),
            "pushed_authorization_request_endpoint": .text(issuer.url("/par")),
            "require_pushed_authorization_requests": false,
            "device_authorization_endpoint": .text(issuer.url("/device_authorization")),
            "backchannel_authentication_endpoint": .text(issuer.url("/bc-authorize")),
            "backchannel_token_delivery_modes_supported": .array(BackchannelRegistration.modes.map { .text($0) }),
            "backchannel_authentication_request_signing_alg_values_supported": .array(
                BackchannelRequestObject.algorithms.map { .text($0.name) }
            ),
            "backchannel_user_code_parameter_supported": false,
            "token_endpoint": .text(issuer.url("/token")),
            "introspection_endpoint": .text(issuer.url("/introspect")),
            "revocation_endpoint": .text(issuer.url("/revoke")),
            "userinfo_endpoint": .text(issuer.url("/userinfo")),
            // Token Status List §9.1.
            "status_list_aggregation_endpoint": .text(issuer.url(StatusList.aggregation)),
            "jwks_uri": .text(issuer.url("/jwks")),
            "end_session_endpoint": .text(issuer.url("/logout")),
            "check_session_iframe": .text(issuer.url("/session")),
            "backchannel_logout_supported": .boolean(notifies),
            "backchannel_logout_session_supported": .boolean(notifies),
            "frontchannel_logout_supported": true,
            "frontchannel_logout_session_supported": true,
            "scopes_supported": .array(scopes.map { .text($0) }),
            "response_types_supported": .array(ResponseType.allCases.map { .text(WireText($0.rawValue)) }),
            "response_modes_supported": .array(ResponseMode.names.map { .text($0) }),
            "grant_types_supported": .array(grants.map { .text($0) }),
            "subject_types_supported": .array(SubjectType.names.map { .text($0) }),
            "id_token_signing_alg_values_supported": algorithms,
            "id_token_encryption_alg_values_supported": .array(KeyEncryption.allCases.map { .text($0.name) }),
            "id_token_encryption_enc_values_supported": .array(ContentEncryption.allCases.map { .text($0.name) }),
            "userinfo_signing_alg_values_supported": algorithms,
            "userinfo_encryption_alg_values_supported": .array(KeyEncryption.allCases.map { .text($0.name) }),
            "userinfo_encryption_enc_values_supported": .array(ContentEncryption.allCases.map { .text($0.name) }),
            "introspection_signing_alg_values_supported": algorithms,
            "introspection_encryption_alg_values_supported": .array(KeyEncryption.allCases.map { .text($0.name) }),
            "introspection_encryption_enc_values_supported": .array(ContentEncryption.allCases.map { .text($0.name) }),
            "authorization_signing_alg_values_supported": algorithms,
            "authorization_encryption_alg_values_supported": .array(KeyEncryption.allCases.map { .text($0.name) }),
            "authorization_encryption_enc_values_supported": .array(ContentEncryption.allCases.map { .text($0.name) }),
            "token_endpoint_auth_methods_supported": .array(methods.map { .text($0) }),
            "token_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
            "introspection_endpoint_auth_methods_supported": .array(
                methods.filter { $0 != "none" }.map { .text($0) }
            ),
            "introspection_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
            "revocation_endpoint_auth_methods_supported": .array(methods.map { .text($0) }),
            "revocation_endpoint_auth_signing_alg_values_supported": assertionAlgorithms,
            "tls_client_certificate_bound_access_tokens": .boolean(certificates.areShown),
            "dpop_signing_alg_values_supported": .array(DPoPProof.algorithms.map { .text($0.name) }),
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "display_values_supported": ["page"],
            "claim_types_supported": ["normal"],
            "claims_supported": .array(Self.claims.map { .text($0) }),
            "claims_parameter_supported": true,
            "request_parameter_supported": true,
            "request_object_signing_alg_values_supported": .array(RequestObject.algorithms.map { .text($0.name) }),
            "require_signed_request_object": false,
            "request_uri_parameter_supported": false,
            "authorization_response_iss_parameter_supported": true,
            "authorization_details_types_supported": .array(AuthorizationDetail.types.map { .text($0) }),
            "grant_management_endpoint": .text(issuer.url("/grants")),
            "grant_management_actions_supported": .array((["query", "revoke"] + GrantAction.names).map { .text($0) }),
            "grant_management_action_required": false,
            "protected_resources": .array(resources.map { .text($0) }),
            "acr_values_supported": [.text(acr)],
            "ui_locales_supported": .array(uiLocales.map { .text($0) }),
        ]
        var members = (document.members ?? []) + requestEncryption
        if takesRegistrations { members.append(.init("registration_endpoint", .text(issuer.url("/register")))) }
        if let origin = certificates.origin { members.append(.init("mtls_endpoint_aliases", aliases(at: origin))) }
        return .object(members)
    }

    /// RFC 9101 §9.2, and nothing where there is no key to encrypt to: RFC 8414 §3.2 wants no empty list.
    private var requestEncryption: [JSON.Member] {
        let offered = RequestObject.encryptions.filter { encryptions.contains($0) }
        guard !offered.isEmpty else { return [] }
        return [
            .init("request_object_encryption_alg_values_supported", .array(offered.map { .text($0.name) })),
            .init(
                "request_object_encryption_enc_values_supported",
                .array(ContentEncryption.allCases.map { .text($0.name) })
            ),
        ]
    }
}

internal import HTTP
internal import OAuth
internal import Text

/// What we say of ourselves: RFC 8414 and OpenID Connect Discovery, the same document at both paths.
struct DiscoveryEndpoint: Endpoint {
    let house: House
    private let rendered = Reloadable<Rendered?>(nil)

    let routes = [
        Route(.get, "/.well-known/openid-configuration"),
        Route(.get, "/.well-known/oauth-authorization-server"),
    ]

    init(house: House) {
        self.house = house
    }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var response = Response.json(.ok, bytes: document)
        response.fields.append(.cacheControl, "public, max-age=300")
        response.allowEveryPage()
        return response
    }

    /// Written once for each set of keys and pages, because a reload may bring others.
    private var document: [UInt8] {
        let generation = house.keys.generation
        let locales = house.pages.locales
        let authorities = house.authorities.generation
        let trusted = house.trusted.generation
        if let known = rendered.current, known.generation == generation, known.locales == locales,
            known.authorities == authorities, known.trusted == trusted
        {
            return known.document
        }
        let metadata = ServerMetadata(
            issuer: house.issuer,
            signingAlgorithms: house.keys.algorithms,
            encryptions: house.keys.encryptions,
            acr: house.acr,
            scopes: ["openid", "profile", "email", "address", "phone", "offline_access", "accounts"]
                + Scope.ofGrantManagement.sorted(),
            uiLocales: locales,
            certificates: ServerMetadata.Certificates(
                areShown: house.certificates.isOpen,
                haveAuthorities: house.authorities.current != nil,
                origin: house.certificates.origin
            ),
            resources: house.resources,
            takesRegistrations: house.registration.current != nil,
            notifies: house.outbound.isOpen,
            trustsIssuers: !house.trusted.current.isEmpty,
            sealsSecrets: house.clientSecrets != nil
        )
        let document = JSONWriter.write(metadata.document)
        rendered.replace(
            with: Rendered(
                generation: generation,
                locales: locales,
                authorities: authorities,
                trusted: trusted,
                document: document
            )
        )
        return document
    }

    private struct Rendered: Sendable {
        let generation: Int
        let locales: [WireText]
        let authorities: Int
        let trusted: Int
        let document: [UInt8]
    }
}

/// `GET /jwks`: the public keys, RFC 7517 §5.
struct JWKSEndpoint: Endpoint {
    let keys: KeyRing

    let routes = [Route(.get, "/jwks")]

    private static let cacheControl =
        FieldValue(WireText("public, max-age=\(Limits.keySetSeconds)")) ?? "no-cache"

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var response = Response.json(.ok, bytes: keys.publicDocument)
        response.fields.append(.cacheControl, Self.cacheControl)
        response.allowEveryPage()
        return response
    }
}

extension Response {
    /// Lets scripts of every page read what is the same for everybody and secret to nobody.
    ///
    /// Fetch §3.2: with `*` a browser sends no cookie along, and nothing that does anything answers so.
    mutating func allowEveryPage() { fields.append("access-control-allow-origin", "*") }
}

package import HTTP
internal import OAuth
internal import Surfaces

/// Builds the house: every endpoint and page, one a line.
package enum Composition {
    /// What answers on the public listener.
    ///
    /// - Parameter isSandbox: Whether account data is served as well, which in production the bank's own APIs do.
    package static func application(_ house: House, isSandbox: Bool) throws(RouteProblem) -> Application {
        let endpoints: [any Endpoint] = [
            DiscoveryEndpoint(house: house),
            JWKSEndpoint(keys: house.keys),
            AuthorizeEndpoint(house: house),
            TokenEndpoint(house: house),
            IntrospectionEndpoint(house: house),
            RevocationEndpoint(house: house),
            UserInfoEndpoint(house: house),
            LoginPage(house: house),
            ConsentPage(house: house),
        ]
        var surfaces: [SurfaceEndpoint] = []
        for surface in Surfaces.all + (isSandbox ? Surfaces.sandbox : []) {
            surfaces.append(try SurfaceEndpoint(surface, house: house))
        }
        return try Application(house, endpoints: endpoints, surfaces: surfaces, answersFor: house.issuer.authority)
    }

    /// What answers on the internal listener, which no stranger reaches.
    package static func operations(_ house: House) throws(RouteProblem) -> Application {
        try Application(
            house,
            endpoints: [HealthEndpoint(), MetricsEndpoint(metrics: house.metrics)],
            answersFor: nil
        )
    }
}

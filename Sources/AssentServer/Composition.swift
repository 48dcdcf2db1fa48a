package import HTTP
internal import OAuth
internal import Surfaces
package import Telemetry

/// Builds the house: every endpoint and page, one a line.
package enum Composition {
    /// What answers on the public listener.
    ///
    /// - Parameter isSandbox: Whether account data is served as well, which in production the bank's own APIs do.
    package static func application(_ house: House, isSandbox: Bool) throws(RouteProblem) -> Application {
        var endpoints: [any Endpoint] = [
            DiscoveryEndpoint(house: house),
            JWKSEndpoint(keys: house.keys),
            AuthorizeEndpoint(house: house),
            PushEndpoint(house: house),
            DeviceAuthorizationEndpoint(house: house),
            DevicePage(house: house),
            BackchannelEndpoint(house: house),
            TokenEndpoint(house: house),
            IntrospectionEndpoint(house: house),
            RevocationEndpoint(house: house),
            GrantEndpoint(house: house),
            UserInfoEndpoint(house: house),
            StatusListEndpoint(house: house),
            LoginPage(house: house),
            ConsentPage(house: house),
            EndSessionEndpoint(house: house),
            CheckSessionEndpoint(),
            HelpEndpoint(house: house),
            ErrorHelpEndpoint(),
            ConsentsPage(house: house),
            SharingPage(house: house),
            StopPage(house: house),
            SummonsPage(house: house),
            ReceiptEndpoint(house: house),
            ReceiptPage(house: house),
            DashboardLoginPage(house: house),
            DashboardLogout(house: house),
            AccessAppEndpoint(house: house),
        ]
        if house.registration.current != nil {
            endpoints += [RegistrationEndpoint(house: house), ClientConfigurationEndpoint(house: house)]
        }
        return try Application(
            house,
            endpoints: endpoints,
            surfaces: try mount(Surfaces.all + (isSandbox ? Surfaces.sandbox : []), house),
            answersFor: house.hosts,
            isPublic: true
        )
    }

    /// What answers on the internal listener, which only the bank's own systems reach.
    package static func bank(_ house: House) throws(RouteProblem) -> Application {
        try Application(house, endpoints: [], surfaces: try mount(Surfaces.bank, house), answersFor: [])
    }

    /// What answers on the admin listener, which only the bank's staff reach.
    package static func admin(_ house: House) throws(RouteProblem) -> Application {
        try Application(house, endpoints: [], surfaces: try mount(Surfaces.admin, house), answersFor: [])
    }

    private static func mount(
        _ surfaces: [any Surface],
        _ house: House
    ) throws(RouteProblem) -> [SurfaceEndpoint] {
        var endpoints: [SurfaceEndpoint] = []
        for surface in surfaces { endpoints.append(try SurfaceEndpoint(surface, house: house)) }
        return endpoints
    }

    /// What answers on the listener of the operators, which no stranger reaches.
    ///
    /// - Parameter gauges: What is measured at the moment of asking, beside what the house counts.
    package static func operations(
        _ house: House,
        _ health: Health,
        gauges: @escaping @Sendable (inout PrometheusText) -> Void = { _ in }
    ) throws(RouteProblem) -> Application {
        try Application(
            house,
            endpoints: [
                LivenessEndpoint(), ReadinessEndpoint(health: health),
                MetricsEndpoint(metrics: house.metrics, log: house.log, gauges: gauges),
            ],
            answersFor: []
        )
    }
}

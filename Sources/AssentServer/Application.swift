package import HTTP
internal import Net
internal import OAuth
internal import Surfaces
internal import Telemetry
internal import Text

/// Request in, response out: what happens to a request is the text of `respond`, top to bottom.
package struct Application: Sendable {
    private let house: House
    private let router: Router<Place>
    /// Those of them that are pages, which share one form.
    private let pages: Router<any PageEndpoint>
    /// For what has no route.
    private let elsewhere: AnswerCounters.Route
    /// The only hosts that are answered for; any where there are none.
    private let authorities: Set<WireText>
    /// The consent APIs, which answer in their own words even where they have no path.
    private let surfaces: [SurfaceEndpoint]
    /// Whether strangers come here, of whom each network may ask for so much.
    private let isPublic: Bool

    init(
        _ house: House,
        endpoints: [any Endpoint],
        surfaces: [SurfaceEndpoint] = [],
        answersFor authorities: Set<WireText>,
        isPublic: Bool = false
    ) throws(RouteProblem) {
        self.authorities = authorities
        self.house = house
        self.surfaces = surfaces
        self.isPublic = isPublic
        let all = endpoints + surfaces
        router = try Router(
            all.flatMap { endpoint in
                endpoint.routes.map { route in
                    (route, Place(endpoint: endpoint, answers: house.metrics.httpRequests.route(route.pattern)))
                }
            }
        )
        elsewhere = house.metrics.httpRequests.route("other")
        pages = try Router(Self.pages(all))
    }

    /// What a form that chooses a language is posted to; where one page shows and another acts, the one that shows.
    private static func pages(_ endpoints: [any Endpoint]) -> [(Route, any PageEndpoint)] {
        let pages = endpoints.compactMap { $0 as? any PageEndpoint }
        let routes = pages.flatMap { page in page.routes.map { (route: $0, page: page) } }
        var taken: Set<WireText> = []
        return (routes.filter { $0.route.method == .get } + routes).compactMap { route, page in
            taken.insert(route.pattern).inserted ? (Route(.post, route.pattern), page) : nil
        }
    }

    package func respond(to request: Request) async -> Response {
        let began = SystemClock.steadyNanoseconds
        let match = router.find(request.method, request.path)
        var response = await TraceContext.$current.withValue(.part(of: request)) { await answer(request, match) }
        if case .found(let place, _) = match {
            place.answers.count(Int(response.status.code))
        } else {
            elsewhere.count(Int(response.status.code))
        }
        house.metrics.httpSeconds.observe(nanoseconds: SystemClock.steadyNanoseconds - began)
        if let nonces = house.proofNonces, request.fields.contains(.dpop),
            let nonce = FieldValue(nonces.fresh(at: house.clock.now))
        {
            // RFC 9449 §8.2: with every answer, so that the next proof needs no second attempt.
            response.fields.set(.dpopNonce, nonce)
        }
        response.fields.set(.xContentTypeOptions, "nosniff")
        return response
    }

    private func answer(_ request: Request, _ match: Router<Place>.Match) async -> Response {
        // A proxy of ours that says something and is not understood: whose request it is is not known.
        guard let request = try? house.certificates.admit(request) else {
            return .text(.badRequest, "The certificate that was passed on cannot be read.")
        }
        if isPublic, let seconds = house.limiter.admit(request.peer) {
            return tooMany(request, retryAfterSeconds: seconds)
        }
        // Links, redirects and the issuer come from configuration; a request for another host is not for us.
        guard request.authority.map({ authorities.isEmpty || authorities.contains($0) }) ?? true else {
            let response = Response.text(.misdirectedRequest, "This server does not answer for that host.")
            return owner(of: request.path)?.complete(response, to: request) ?? response
        }
        if let response = languageChosen(by: request) { return response }
        switch match {
        case .found(let place, let parts):
            return await place.endpoint.respond(to: request, parts, at: house.clock.now)
        case .pathUnknown:
            if let owner = owner(of: request.path) { return owner.refuse(.pathUnknown, request) }
            return .text(.notFound, "There is nothing at this path.")
        case .methodUnknown(let allow):
            if let owner = owner(of: request.path) { return owner.refuse(.methodNotAllowed(allow: allow), request) }
            var response = Response.text(request.method.isKnown ? .methodNotAllowed : .notImplemented, "")
            response.fields.append(.allow, allow)
            return response
        }
    }
}

extension Application {
    /// The one form that pages share, whatever else is at their paths.
    private func languageChosen(by request: Request) -> Response? {
        guard request.method == .post, case .found(let page, _) = pages.find(.post, request.path) else { return nil }
        return page.languageChosen(by: request, issuer: house.issuer, at: house.clock.now)
    }

    /// RFC 6585 §4, in the words of whoever would have answered.
    private func tooMany(_ request: Request, retryAfterSeconds seconds: Int) -> Response {
        if let owner = owner(of: request.path) {
            return owner.refuse(.quotaSpent(retryAfterSeconds: seconds), request)
        }
        let refusal = Refusal.tooManyRequests(retryAfterSeconds: seconds)
        guard case .found(let place, _) = router.find(request.method, request.path), place.endpoint is any PageEndpoint
        else { return RefusalAnswer.json(refusal, from: house.issuer) }
        return house.errorPage(.refused(refusal), for: Reader(of: request, at: house.clock.now))
    }

    /// What answers at a route, and where that is counted.
    private struct Place: Sendable {
        let endpoint: any Endpoint
        let answers: AnswerCounters.Route
    }

    private func owner(of path: WireText) -> SurfaceEndpoint? {
        surfaces.first { $0.surface.owns(path) }
    }
}

/// What answers at some paths: one file in `Endpoints` or `Pages`, one line in `Composition.swift`.
protocol Endpoint: Sendable {
    var routes: [Route] { get }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response
}

extension Application: RequestHandler {}

extension Method {
    fileprivate var isKnown: Bool {
        if case .other = self { return false }
        return true
    }
}

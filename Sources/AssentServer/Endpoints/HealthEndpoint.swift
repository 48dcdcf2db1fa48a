internal import HTTP
internal import Text

/// `GET /health/live`: the process answers; whoever hears nothing here may start another.
struct LivenessEndpoint: Endpoint {
    let routes = [Route(.get, "/health/live")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var response = Response.json(.ok, ["status": "live"])
        response.fields.append(.cacheControl, "no-store")
        return response
    }
}

/// `GET /health/ready`: whether requests may be sent to this process, and what is in the way where they may not.
struct ReadinessEndpoint: Endpoint {
    let health: Health

    let routes = [Route(.get, "/health/ready")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        let findings = await health.findings()
        let isReady = findings.allSatisfy { $0.problem == nil }
        let checks = findings.map { finding -> JSON in
            var members = [
                JSON.Member("check", .text(finding.check)),
                JSON.Member("status", finding.problem == nil ? "ok" : "failed"),
            ]
            if let problem = finding.problem { members.append(JSON.Member("problem", .text(problem))) }
            return .object(members)
        }
        var response = Response.json(
            isReady ? .ok : .serviceUnavailable,
            ["status": isReady ? "ready" : "not ready", "checks": .array(checks)]
        )
        response.fields.append(.cacheControl, "no-store")
        return response
    }
}

import Text

/// The routes of a `Router`, which knows what each number leads to.
struct RouteTable: Sendable {
    enum Match: Sendable {
        case found(Int, PathParts)
        case pathUnknown
        case methodUnknown(allow: FieldValue)
    }

    /// One path, and the routes that its methods have.
    private struct Place: Sendable {
        let pattern: PathPattern
        var routes: [(route: Route, number: Int)]
        var allow: FieldValue
    }

    /// Paths without names, by their length: most requests are decided by one comparison.
    private var fixed: [Int: [Place]] = [:]
    /// Paths with names, by how many slashes they have.
    private var named: [Int: [Place]] = [:]

    init(_ routes: [Route]) throws(RouteProblem) {
        for (number, route) in routes.enumerated() {
            guard let pattern = PathPattern(route.pattern) else { throw .malformed(route) }
            if pattern.hasNames {
                try Self.add(route, number, pattern, to: &named[pattern.slashes, default: []])
            } else {
                try Self.add(route, number, pattern, to: &fixed[route.pattern.byteCount, default: []])
            }
        }
    }

    /// A path without names has the say before one that has a name for it.
    func find(_ method: Method, _ path: WireText) -> Match {
        for place in fixed[path.byteCount] ?? [] where place.pattern.text == path {
            return Self.match(place, method, PathParts(pairs: []))
        }
        let bytes = path.bytes
        var slashes = 0
        for byte in bytes where byte == UInt8(ascii: "/") { slashes += 1 }
        for place in named[slashes] ?? [] {
            guard let parts = place.pattern.match(bytes.span) else { continue }
            return Self.match(place, method, parts)
        }
        // RFC 9110 §9.3.7: the server as a whole is there, but there is nothing to be said about it.
        return path == "*" ? .methodUnknown(allow: "GET, HEAD, POST") : .pathUnknown
    }

    private static func add(
        _ route: Route,
        _ number: Int,
        _ pattern: PathPattern,
        to places: inout [Place]
    ) throws(RouteProblem) {
        guard let index = places.firstIndex(where: { $0.pattern.overlaps(pattern) }) else {
            places.append(Place(pattern: pattern, routes: [(route, number)], allow: allow([route])))
            return
        }
        // Of two patterns that fit one path, neither is the right one; and of two names for one part, neither.
        let other = places[index].routes.first { $0.route.method == route.method } ?? places[index].routes.first
        if let other, other.route.method == route.method || places[index].pattern.text != pattern.text {
            throw .conflict(other.route, route)
        }
        places[index].routes.append((route, number))
        places[index].allow = allow(places[index].routes.map(\.route))
    }

    private static func match(_ place: Place, _ method: Method, _ parts: PathParts) -> Match {
        if let found = place.routes.first(where: { $0.route.method == method }) {
            return .found(found.number, parts)
        }
        // RFC 9110 §9.3.2: HEAD is GET without the body, which the writer leaves out.
        if method == .head, let found = place.routes.first(where: { $0.route.answersHead }) {
            return .found(found.number, parts)
        }
        return .methodUnknown(allow: place.allow)
    }

    private static func allow(_ routes: [Route]) -> FieldValue {
        var methods = routes.map(\.method)
        if routes.contains(where: \.answersHead), !methods.contains(.head) { methods.append(.head) }
        return FieldValue(WireText(methods.map(\.token.string).joined(separator: ", "))) ?? ""
    }
}

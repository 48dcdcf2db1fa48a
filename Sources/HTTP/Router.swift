package import Text

/// Finds what answers a request.
///
/// Built once, and conflicts are found then.
///
/// Paths are compared as they were sent, byte by byte: `//`, `/./`, `%61`, `;x` and a slash at the end
/// make other paths, and other paths are not found. A reader that tidied them up would disagree with
/// the rules of a proxy in front of it.
package struct Router<Destination: Sendable>: Sendable {
    package enum Match: Sendable {
        case found(Destination, PathParts)
        /// 404.
        case pathUnknown
        /// 405, and what `Allow` has to say.
        case methodUnknown(allow: FieldValue)
    }

    private let table: RouteTable
    private let destinations: [Destination]

    package init(_ routes: [(Route, Destination)]) throws(RouteProblem) {
        table = try RouteTable(routes.map(\.0))
        destinations = routes.map(\.1)
    }

    package func find(_ method: Method, _ path: WireText) -> Match {
        switch table.find(method, path) {
        case .found(let number, let parts): .found(destinations[number], parts)
        case .pathUnknown: .pathUnknown
        case .methodUnknown(let allow): .methodUnknown(allow: allow)
        }
    }
}

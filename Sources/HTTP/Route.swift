package import Text

/// A method and a path, in which a part such as `:id` stands for any one segment.
package struct Route: Sendable, Hashable {
    package let method: Method
    package let pattern: WireText
    /// Whether `HEAD` is answered where `GET` is; not where a `GET` leaves something behind.
    package let answersHead: Bool

    package init(_ method: Method, _ pattern: WireText, answersHead: Bool = true) {
        self.method = method
        self.pattern = pattern
        self.answersHead = answersHead && method == .get
    }
}

/// What stood where a route has names.
package struct PathParts: Sendable, Hashable {
    let pairs: [(name: WireText, value: WireText)]

    /// The part of a name, decoded once; `nil` for a name that the route does not have.
    package subscript(name: WireText) -> WireText? {
        pairs.first { $0.name == name }?.value
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.name)
            hasher.combine(pair.value)
        }
    }
}

/// What is wrong with a list of routes, found when the server starts.
package enum RouteProblem: Error, Sendable, Hashable {
    /// The pattern does not begin with `/`, names a part twice or gives it no name, or holds what a
    /// request target cannot.
    case malformed(Route)
    /// Two routes would both answer one request.
    case conflict(Route, Route)
}

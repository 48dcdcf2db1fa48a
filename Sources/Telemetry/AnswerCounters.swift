internal import Synchronization
package import Text

/// Answers of the house, by route and class of status.
///
/// Routes come when the house is built and never later. Whoever has one counts without looking for it.
package final class AnswerCounters: Sendable {
    let name: WireText
    let help: WireText
    private let routes = Mutex<[(text: WireText, route: Route)]>([])

    /// The counters of one route.
    package struct Route: Sendable {
        /// Of 1xx to 5xx.
        let counters: [Counter]

        package func count(_ status: Int) {
            counters[min(max(status / 100, 1), 5) - 1].count()
        }
    }

    init(_ name: WireText, _ help: WireText) {
        self.name = name
        self.help = help
    }

    /// The counters of a route, which are the same wherever it is served.
    package func route(_ text: WireText) -> Route {
        routes.withLock { routes in
            if let known = routes.first(where: { $0.text == text }) { return known.route }
            let route = Route(counters: (1...5).map { _ in Counter() })
            routes.append((text, route))
            return route
        }
    }

    /// All routes, in the order in which they came.
    var series: [(text: WireText, route: Route)] { routes.withLock { $0 } }
}

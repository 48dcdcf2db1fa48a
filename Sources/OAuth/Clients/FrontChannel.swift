/// How a client's authorization requests come: RFC 9126.
package struct FrontChannel: Sendable, Hashable {
    /// `require_pushed_authorization_requests`.
    package let mustPush: Bool

    /// By default a client sends parameters, by the browser.
    package init(mustPush: Bool = false) {
        self.mustPush = mustPush
    }
}

extension Client {
    /// Whether its requests must be pushed, by its profile or by its own word.
    package var mustPush: Bool { frontChannel.mustPush || profile.demands.needsPush }
}

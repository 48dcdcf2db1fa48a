package import JOSE
package import Text

/// How a client's authorization requests come: RFC 9101 and RFC 9126.
package struct FrontChannel: Sendable {
    /// `require_pushed_authorization_requests`.
    package let mustPush: Bool
    /// `require_signed_request_object`.
    package let mustSign: Bool
    /// `jwks`: what it signs requests with; absent for who has registered no keys.
    package let keys: JWKSet?
    /// `request_object_signing_alg`: the one algorithm of its requests, where it has bound itself to one.
    package let requestAlgorithm: Algorithm?

    /// By default a client sends parameters, by the browser.
    package init(
        mustPush: Bool = false,
        mustSign: Bool = false,
        keys: JWKSet? = nil,
        requestAlgorithm: Algorithm? = nil
    ) {
        self.mustPush = mustPush
        self.mustSign = mustSign
        self.keys = keys
        self.requestAlgorithm = requestAlgorithm
    }
}

extension Client {
    /// Whether its requests must be pushed, by its profile or by its own word.
    package var mustPush: Bool { frontChannel.mustPush || profile.demands.needsPush }

    /// Whether its requests must be signed, by its profile or by its own word.
    package var mustSign: Bool { frontChannel.mustSign || profile.demands.needsSignedRequest }

    /// What it may sign its requests with.
    package var requestAlgorithms: Set<Algorithm> {
        if let algorithm = frontChannel.requestAlgorithm { return [algorithm] }
        return profile.demands.algorithms.intersection(RequestObject.algorithms)
    }
}

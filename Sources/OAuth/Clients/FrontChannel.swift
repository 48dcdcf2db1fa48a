package import JOSE

/// How a client's authorization requests come, and how they are answered: RFC 9101, RFC 9126 and JARM.
package struct FrontChannel: Sendable {
    /// `require_pushed_authorization_requests`.
    package let mustPush: Bool
    /// `require_signed_request_object`.
    package let mustSign: Bool
    /// `jwks`: what it signs requests with; absent for who has registered no keys.
    package let keys: JWKSet?
    /// `request_object_signing_alg`: the one algorithm of its requests, where it has bound itself to one.
    package let requestAlgorithm: Algorithm?
    /// `authorization_signed_response_alg`: absent for who has not registered for signed answers.
    package let answerAlgorithm: Algorithm?
    /// How its signed answers are encrypted, if they are.
    package let answerEncryption: Client.Encryption?

    /// By default a client sends parameters, by the browser.
    package init(
        mustPush: Bool = false,
        mustSign: Bool = false,
        keys: JWKSet? = nil,
        requestAlgorithm: Algorithm? = nil,
        answerAlgorithm: Algorithm? = nil,
        answerEncryption: Client.Encryption? = nil
    ) {
        self.mustPush = mustPush
        self.mustSign = mustSign
        self.keys = keys
        self.requestAlgorithm = requestAlgorithm
        self.answerAlgorithm = answerAlgorithm
        self.answerEncryption = answerEncryption
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

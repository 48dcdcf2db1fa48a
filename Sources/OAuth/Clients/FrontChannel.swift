package import JOSE
package import Text

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
    /// How it encrypts its requests around their signature, where it has bound itself to one way.
    package let requestEncryption: RequestEncryption?
    /// `authorization_signed_response_alg`: absent for who has not registered for signed answers.
    package let answerAlgorithm: Algorithm?
    /// How its signed answers are encrypted, if they are.
    package let answerEncryption: Client.Encryption?
    /// What its requests ask of a login where they say nothing.
    package let defaults: LoginDefaults

    /// `request_object_encryption_alg`, and `request_object_encryption_enc` where it is named.
    package struct RequestEncryption: Sendable, Hashable {
        /// How the key of the content is passed on.
        package let algorithm: KeyEncryption
        /// How the content is encrypted; absent for any way.
        package let content: ContentEncryption?

        /// One way; `ClientMetadata` reads it.
        package init(algorithm: KeyEncryption, content: ContentEncryption? = nil) {
            self.algorithm = algorithm
            self.content = content
        }
    }

    /// By default a client sends parameters, by the browser.
    package init(
        mustPush: Bool = false,
        mustSign: Bool = false,
        keys: JWKSet? = nil,
        requestAlgorithm: Algorithm? = nil,
        requestEncryption: RequestEncryption? = nil,
        answerAlgorithm: Algorithm? = nil,
        answerEncryption: Client.Encryption? = nil,
        defaults: LoginDefaults = LoginDefaults()
    ) {
        self.mustPush = mustPush
        self.mustSign = mustSign
        self.keys = keys
        self.requestAlgorithm = requestAlgorithm
        self.requestEncryption = requestEncryption
        self.answerAlgorithm = answerAlgorithm
        self.answerEncryption = answerEncryption
        self.defaults = defaults
    }
}

/// What a client asks of every login unless the request says otherwise: OpenID Connect Registration §2.
package struct LoginDefaults: Sendable, Hashable {
    /// `default_max_age`.
    package let maxAge: MaxAge?
    /// `default_acr_values`.
    package let acrValues: [WireText]

    /// By default nothing is asked.
    package init(maxAge: MaxAge? = nil, acrValues: [WireText] = []) {
        self.maxAge = maxAge
        self.acrValues = acrValues
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

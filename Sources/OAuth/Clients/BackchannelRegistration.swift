package import JOSE
package import Text

/// How a client asks for a person's decision without a browser of theirs: OpenID CIBA Core 1.0 §4.
package struct BackchannelRegistration: Sendable {
    /// `backchannel_token_delivery_mode`.
    package let delivery: Delivery
    /// `backchannel_authentication_request_signing_alg`: the one algorithm of its requests, which then are signed.
    package let requestAlgorithm: Algorithm?
    /// `jwks`: what it signs requests and hints with.
    package let keys: JWKSet?

    /// How it learns that its person has decided.
    package enum Delivery: Sendable, Hashable {
        /// It asks.
        case poll
        /// It is told that there is something to fetch, at `backchannel_client_notification_endpoint`.
        case ping(WireText)
    }

    /// A way to ask; `ClientMetadata` makes sure that it is whole.
    package init(delivery: Delivery = .poll, requestAlgorithm: Algorithm? = nil, keys: JWKSet? = nil) {
        self.delivery = delivery
        self.requestAlgorithm = requestAlgorithm
        self.keys = keys
    }

    /// The modes that are written: FAPI-CIBA §5.2.2 forbids the third, push.
    package static let modes: [WireText] = ["poll", "ping"]
}

extension Profile {
    /// FAPI-CIBA §5.2.2: what such a client asks by the back channel is signed.
    package var needsSignedBackchannel: Bool {
        switch self {
        case .oauth21, .openIDConnect: false
        case .fapi1AdvancedUK, .fapi2, .fapi2MessageSigning: true
        }
    }
}

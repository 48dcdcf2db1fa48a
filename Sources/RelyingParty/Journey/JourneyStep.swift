package import Text

/// One step of a journey, for a line on a terminal.
package struct JourneyStep: Sendable {
    package let kind: Kind
    package let outcome: Outcome
    /// In a few words.
    package let result: WireText
    /// The exchanges of the step, by their numbers in the journal.
    package let exchanges: Range<Int>

    package init(kind: Kind, outcome: Outcome, result: WireText, exchanges: Range<Int>) {
        self.kind = kind
        self.outcome = outcome
        self.result = result
        self.exchanges = exchanges
    }

    /// How a step ended.
    package enum Outcome: Sendable, Hashable {
        case done
        case failed
        /// Not what the server offers or what the client may do.
        case skipped
    }

    /// The steps in their order.
    package enum Kind: String, Sendable, CaseIterable {
        case discover
        case clientToken = "client-token"
        case consent
        case push
        case authorize
        case respond
        case redeem
        case identify
        case verify
        case introspect
        case resource
        case refresh
        case revoke
    }
}

extension JourneyStep.Kind {
    package var title: WireText {
        switch self {
        case .discover: "discovery"
        case .clientToken: "token for the client"
        case .consent: "consent registered"
        case .push: "request pushed"
        case .authorize: "pages answered"
        case .respond: "authorization response"
        case .redeem: "code redeemed"
        case .identify: "ID token checked"
        case .verify: "access token checked"
        case .introspect: "token introspected"
        case .resource: "resource called"
        case .refresh: "tokens refreshed"
        case .revoke: "tokens revoked"
        }
    }

    package var clause: WireText {
        switch self {
        case .discover: "RFC 8414 §3"
        case .clientToken: "RFC 6749 §4.4"
        case .consent: "UK Open Banking"
        case .push: "RFC 9126 §2"
        case .authorize: "RFC 6749 §4.1.1"
        case .respond: "RFC 6749 §4.1.2, RFC 9207"
        case .redeem: "RFC 6749 §4.1.3, RFC 7636 §4.5"
        case .identify: "OpenID Connect Core §3.1.3.7"
        case .verify: "RFC 9068 §4"
        case .introspect: "RFC 7662 §2"
        case .resource: "RFC 6750 §2.1"
        case .refresh: "RFC 6749 §6"
        case .revoke: "RFC 7009 §2"
        }
    }

    /// Why there is such a step.
    package var why: WireText {
        switch self {
        case .discover:
            "The client learns every URL and every ability from the issuer itself, so that nothing is typed twice."
        case .clientToken:
            "A consent is registered before any person is there, so the client first gets a token of its own."
        case .consent:
            "What the client wants is put down at the bank; the person is asked about exactly this, by its number."
        case .push:
            "The request goes to the server over the back channel, so that no browser can read it or change it."
        case .authorize:
            "The browser takes the request to the server, where the person logs in and decides. The client sees none of it."
        case .respond:
            "The browser brings a code back. State says it belongs to this browser, iss says it is from this server."
        case .redeem:
            "The code becomes tokens, for the client that proves itself and knows the verifier of the challenge."
        case .identify:
            "The ID token says who logged in, to this client, for this request; each of its claims is held to that."
        case .verify: "The access token is for resources. Where it is a JWT, it says what a resource needs to know."
        case .introspect: "The server is asked what the token is worth now, which a token by itself cannot say."
        case .resource: "The token opens what the person allowed, and nothing else."
        case .refresh: "A refresh token gets the client new tokens without the person, for as long as the grant stands."
        case .revoke: "The client gives back what it no longer needs, and the server forgets it."
        }
    }
}

package import Crypto
package import Text

/// How an authorization request came: what is known of it beside its parameters.
package struct Arrival: Sendable, Hashable {
    /// The reference under which it was pushed (RFC 9126), or the code that it is polled with, by its fingerprint; absent
    /// where a browser brought all of it.
    package let reference: Fingerprint?
    /// Whether its client signed it: RFC 9101.
    package let isSigned: Bool
    /// The certificate that it was pushed with, if there was one.
    package let certificate: Fingerprint?
    /// By which protocol its client polls, if it does: the answer then does not go through the browser.
    package let polled: PolledRequest.Kind?

    /// A request that came in one way or another, or as a store has it.
    package init(
        reference: Fingerprint? = nil,
        isSigned: Bool = false,
        certificate: Fingerprint? = nil,
        polled: PolledRequest.Kind? = nil
    ) {
        self.reference = reference
        self.isSigned = isSigned
        self.certificate = certificate
        self.polled = polled
    }

    /// As parameters of a URL, by a browser, from whomever.
    package static let plain = Arrival()

    /// Whether it was pushed.
    package var isPushed: Bool { reference != nil && polled == nil }

    /// Whether its client asks us for the answer, and no browser brings it.
    package var isPolled: Bool { polled != nil }

    /// What the decision about it ends.
    package func spending(at now: Timestamp) -> [Change] {
        guard isPushed, let reference else { return [] }
        return [.spendPushedRequest(reference, at: now)]
    }

    /// What a no leaves for the client that polls.
    package func denying(at now: Timestamp) -> [Change] {
        guard isPolled, let reference else { return [] }
        return [.polled(.deny(reference, at: now))]
    }
}

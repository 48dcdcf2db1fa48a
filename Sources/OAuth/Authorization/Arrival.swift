package import Crypto
package import Text

/// How an authorization request came: what is known of it beside its parameters.
package struct Arrival: Sendable, Hashable {
    /// The reference under which it was pushed, by its fingerprint: RFC 9126; absent where a browser brought all of it.
    package let reference: Fingerprint?
    /// Whether its client signed it: RFC 9101.
    package let isSigned: Bool
    /// The certificate that it was pushed with, if there was one.
    package let certificate: Fingerprint?

    /// A request that came in one way or another, or as a store has it.
    package init(reference: Fingerprint? = nil, isSigned: Bool = false, certificate: Fingerprint? = nil) {
        self.reference = reference
        self.isSigned = isSigned
        self.certificate = certificate
    }

    /// As parameters of a URL, by a browser, from whomever.
    package static let plain = Arrival()

    /// Whether it was pushed.
    package var isPushed: Bool { reference != nil }

    /// What the decision about it ends.
    package func spending(at now: Timestamp) -> [Change] {
        reference.map { [.spendPushedRequest($0, at: now)] } ?? []
    }
}

package import Crypto
package import Text

/// An authorization request whose client asks us from time to time what became of it, while its person decides in a
/// browser that the client never sees: RFC 8628.
package struct PolledRequest: Sendable, Hashable {
    /// Of the code that its client polls with.
    package let fingerprint: Fingerprint
    /// By which protocol it came.
    package let kind: Kind
    /// Who asks; nobody else learns what became of it.
    package let client: Identifier<Client>
    /// The parameters as they came.
    package let parameters: WireText
    /// What its client must show again when it polls.
    package let binding: Binding
    /// Of the code that its person types.
    package let userCode: Fingerprint?
    /// When it came.
    package let created: Timestamp
    /// When nobody can decide about it any more.
    package let expires: Timestamp
    /// Seconds between two polls, as it is now: RFC 8628 §3.5 has it grow.
    package var interval: Int
    /// How often its code was typed.
    package var entries: Int
    /// What its person said, once somebody did.
    package var decision: Decision?
    /// When its client had tokens for it.
    package var spent: Timestamp?

    /// The protocols that let a client poll.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// RFC 8628.
        case device
    }

    /// What its person said.
    package enum Decision: Sendable, Hashable {
        case denied
        case granted(Identifier<TokenFamily>)
    }

    /// What came beside the request, and must come beside each poll.
    package struct Binding: Sendable, Hashable {
        /// The certificate of the connection, if there was one.
        package let certificate: Fingerprint?
        /// The key of which it carried a proof, if it did: RFC 9449.
        package let proofKey: Fingerprint?

        /// By default anybody polls who proves to be the client.
        package init(certificate: Fingerprint? = nil, proofKey: Fingerprint? = nil) {
            self.certificate = certificate
            self.proofKey = proofKey
        }
    }

    /// A request, made just now or as a store has it.
    package init(
        fingerprint: Fingerprint,
        kind: Kind,
        client: Identifier<Client>,
        parameters: WireText,
        binding: Binding = Binding(),
        userCode: Fingerprint? = nil,
        created: Timestamp,
        expires: Timestamp,
        interval: Int = PolledRequest.shortestInterval,
        entries: Int = 0,
        decision: Decision? = nil,
        spent: Timestamp? = nil
    ) {
        self.fingerprint = fingerprint
        self.kind = kind
        self.client = client
        self.parameters = parameters
        self.binding = binding
        self.userCode = userCode
        self.created = created
        self.expires = expires
        self.interval = interval
        self.entries = entries
        self.decision = decision
        self.spent = spent
    }

    /// Seconds between two polls, at first: RFC 8628 §3.2.
    package static let shortestInterval = 5
    /// What a poll that comes too early adds: RFC 8628 §3.5.
    package static let slowerSeconds = 5
    /// The interval grows no further, so that who never waits makes us write no more.
    package static let longestInterval = 60
    /// How long a person has to reach for another device, type a code and decide.
    package static let seconds = 600
}

extension PolledRequest {
    /// Whether somebody may still decide about it.
    package func isPending(at now: Timestamp) -> Bool { decision == nil && now < expires }

    /// Whether its code may be typed once more: who has it can open only so many pages with it.
    package func canBeEntered(at now: Timestamp) -> Bool {
        isPending(at: now) && userCode != nil && entries < Limits.userCodeEntries
    }

    /// How it came, for the pages on which its person decides.
    package var arrival: Arrival { Arrival(reference: fingerprint, certificate: binding.certificate, polled: kind) }
}

/// What may become of a request that is polled, each with the condition under which it does.
package enum PolledRequestChange: Sendable, Hashable {
    /// Keeps a request, if its codes are free and its client has not left too many that nobody has decided about.
    case keep(PolledRequest, at: Timestamp)
    /// Counts that its code was typed, if it may be.
    case enter(Fingerprint, at: Timestamp)
    /// Keeps a yes, if nobody has decided and there is still time.
    case grant(Fingerprint, Identifier<TokenFamily>, at: Timestamp)
    /// Keeps a no, if nobody has decided.
    case deny(Fingerprint, at: Timestamp)
    /// Spends a yes for tokens, if nobody has.
    case spend(Fingerprint, at: Timestamp)
    /// Lengthens the interval, up to its bound.
    case slowDown(Fingerprint)
}

extension PolledRequestChange {
    /// What the client hears, or its person, where the condition does not hold.
    var refusal: Refusal {
        switch self {
        case .keep: .temporarilyUnavailable
        case .enter, .grant, .deny: .interactionOver
        case .spend: .polledCodeUnknown
        case .slowDown: .serverFailed
        }
    }
}

/// The questions asked about requests that are polled.
package protocol PolledRequestReader: Sendable {
    /// The request that is polled with this code, decided and expired ones included.
    func polledRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PolledRequest?

    /// The request whose person types this code, decided and expired ones included.
    func polledRequest(userCode: Fingerprint) async throws(StoreFailure) -> PolledRequest?
}

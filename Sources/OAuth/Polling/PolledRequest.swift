package import Crypto
package import Text

/// An authorization request whose client asks us from time to time what became of it, while its person decides in a
/// browser that the client never sees: RFC 8628 and OpenID CIBA.
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
    /// Whom it is for, where the client has named them.
    package var summons: Summons?
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
        /// OpenID CIBA Core 1.0.
        case backchannel
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

    /// Whom a request by the back channel is for, and what is to be told meanwhile.
    package struct Summons: Sendable, Hashable {
        /// Who is asked, and nobody else.
        package let person: Identifier<Person>
        /// What they see on the client's device as well.
        package let message: WireText?
        /// Whether its client signed it.
        package let isSigned: Bool
        /// What its client is to be told once it is decided, until that was told.
        package var notice: Notice?

        /// What the client has said of the person.
        package init(person: Identifier<Person>, message: WireText?, isSigned: Bool, notice: Notice? = nil) {
            self.person = person
            self.message = message
            self.isSigned = isSigned
            self.notice = notice
        }
    }

    /// That there is something to fetch: OpenID CIBA Core 1.0 §10.2.
    package struct Notice: Sendable, Hashable {
        /// What the identifier of the request is made of.
        package let name: UUID
        /// What we show to the client: a secret of its own, for this request alone, and sealed.
        package let token: WireText
        /// How often it was tried in vain.
        package var tries: Int
        /// When it is tried next, once it is decided.
        package var due: Timestamp?

        /// A notice, new or as a store has it.
        package init(name: UUID, token: WireText, tries: Int = 0, due: Timestamp? = nil) {
            self.name = name
            self.token = token
            self.tries = tries
            self.due = due
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
        summons: Summons? = nil,
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
        self.summons = summons
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
    package var arrival: Arrival {
        Arrival(
            reference: fingerprint,
            isSigned: summons?.isSigned ?? false,
            certificate: binding.certificate,
            polled: kind
        )
    }
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
    /// Ends what was to be told: it was, or it leads nowhere.
    case settleNotice(Fingerprint)
    /// Counts an attempt to tell it before it is made, if nobody has counted this one; another comes at `next`.
    case attemptNotice(Fingerprint, tries: Int, next: Timestamp)
}

extension PolledRequestChange {
    /// What the client hears, or its person, where the condition does not hold.
    var refusal: Refusal {
        switch self {
        case .keep: .temporarilyUnavailable
        case .enter, .grant, .deny: .interactionOver
        case .spend: .polledCodeUnknown
        case .slowDown, .settleNotice, .attemptNotice: .serverFailed
        }
    }
}

/// The questions asked about requests that are polled.
package protocol PolledRequestReader: Sendable {
    /// The request that is polled with this code, decided and expired ones included.
    func polledRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PolledRequest?

    /// The request whose person types this code, decided and expired ones included.
    func polledRequest(userCode: Fingerprint) async throws(StoreFailure) -> PolledRequest?

    /// What waits for this person, oldest first.
    func summonses(of person: Identifier<Person>, at now: Timestamp) async throws(StoreFailure) -> [PolledRequest]

    /// What has been decided and is still to be told to clients, longest due first.
    func duePings(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [PolledRequest]
}

package import Text

/// What a person allowed a third party to see: one model for every consent API.
///
/// A value never changes; `after(_:at:)` in `ConsentStatus.swift` makes the next one, and the store keeps
/// it only where `version` is still the one that was read.
package struct Consent: Sendable, Hashable {
    /// Its name, on every surface and in every token.
    package let id: Identifier<Consent>
    /// The client that registered it; every read compares it.
    package let thirdParty: Identifier<ThirdParty>
    /// Where it was registered.
    package let origin: Origin
    /// The registration's body as received, for echoing what was sent and for a court.
    package var receipt: [UInt8]
    /// The permissions in the order in which they were sent.
    package var permissions: [Permission]
    /// The days whose transactions it opens.
    package let period: TransactionPeriod
    /// What the third party calls its user, where its API has a word for that.
    package let endUser: WireText?
    /// The accounts that were named at the registration, by IBAN; none where the person chooses freely.
    package let namedAccounts: [WireText]
    /// When it was registered.
    package let created: Timestamp

    /// When it ends by itself; moves once, where its days count from the authorisation.
    package var lifetime: Lifetime
    /// How it stands; `expired` is no status, see `state(at:)`.
    package var status: Status
    /// Why it stands so.
    package var reason: Revision.Reason
    /// Changes exactly when `status` does.
    package var statusUpdated: Timestamp
    /// When anything of it was last written.
    package var updated: Timestamp
    /// Set by the third party's DELETE, which is no status: the consent is then not found on its own API.
    package var deleted: Timestamp?
    /// Who allowed it, and for which accounts; absent until somebody did.
    package var authorisation: Authorisation?
    /// Counts writes, from 1.
    package var version: Int

    /// Puts a consent together, as a store reads it; new ones come from `ConsentPolicy`.
    package init(
        id: Identifier<Consent>,
        thirdParty: Identifier<ThirdParty>,
        origin: Origin,
        receipt: [UInt8],
        permissions: [Permission],
        period: TransactionPeriod,
        endUser: WireText? = nil,
        namedAccounts: [WireText] = [],
        lifetime: Lifetime,
        created: Timestamp,
        status: Status,
        reason: Revision.Reason,
        statusUpdated: Timestamp,
        updated: Timestamp,
        deleted: Timestamp?,
        authorisation: Authorisation?,
        version: Int
    ) {
        self.id = id
        self.thirdParty = thirdParty
        self.origin = origin
        self.receipt = receipt
        self.permissions = permissions
        self.period = period
        self.endUser = endUser
        self.namedAccounts = namedAccounts
        self.lifetime = lifetime
        self.created = created
        self.status = status
        self.reason = reason
        self.statusUpdated = statusUpdated
        self.updated = updated
        self.deleted = deleted
        self.authorisation = authorisation
        self.version = version
    }

    /// The consent APIs, by the name that is stored.
    package enum Origin: String, Sendable, CaseIterable {
        case ukOpenBanking = "uk-open-banking"
        case klarna = "klarna-xs2a"
        case acount = "acount-ais"
        /// Asked for in an authorization request, and registered when a person allowed it.
        case authorizationDetails = "authorization-details"
    }

    /// Where a consent stands, by the name that is stored.
    package enum Status: String, Sendable, CaseIterable {
        case awaiting
        case authorised
        /// The person said no, or walked away.
        case rejected
        /// Something broke.
        case failed
        case revoked
    }
}

extension Consent {
    /// What the consent opens: the permissions sent and those that they imply.
    package var effectivePermissions: Set<Permission> {
        Permission.closure(of: permissions)
    }

    /// How it stands at this moment, expiry included: what every consent API spells in its own words.
    package func state(at now: Timestamp) -> State {
        switch status {
        case .awaiting: lifetime.hasEnded(at: now) ? .expired : .awaiting
        case .authorised: lifetime.hasEnded(at: now) ? .expired : .authorised
        case .rejected: .rejected
        case .failed: .failed
        case .revoked: .revoked
        }
    }

    /// A status, or the end by date that no job has to write down.
    package enum State: String, Sendable, CaseIterable {
        case awaiting
        case authorised
        case rejected
        case failed
        case revoked
        case expired
    }

    /// Whether data may flow at this moment.
    package func isInForce(at now: Timestamp) -> Bool {
        status == .authorised && authorisation != nil && deleted == nil && !lifetime.hasEnded(at: now)
    }
}

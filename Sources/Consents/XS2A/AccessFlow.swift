package import Crypto
package import Text

/// One thing that a third party wants to see in a session.
///
/// How it stands is nowhere kept: it follows from the consent, on which the person decides once for all flows.
package struct AccessFlow: Sendable, Hashable {
    package let id: Identifier<AccessFlow>
    package let session: Identifier<AccessSession>
    package let kind: AccessKind
    /// SHA-256 of the token by which a browser finds the page that asks the person.
    package let clientToken: Fingerprint
    /// The body that started it, as received: which account, and which days.
    package let receipt: [UInt8]
    package let created: Timestamp

    /// A flow, as a store reads it or as it is started.
    package init(
        id: Identifier<AccessFlow>,
        session: Identifier<AccessSession>,
        kind: AccessKind,
        clientToken: Fingerprint,
        receipt: [UInt8],
        created: Timestamp
    ) {
        self.id = id
        self.session = session
        self.kind = kind
        self.clientToken = clientToken
        self.receipt = receipt
        self.created = created
    }

    /// How a flow stands.
    package enum State: Sendable, Hashable {
        /// The person has not decided.
        case waiting
        case finished
        /// The person said no.
        case refused
        /// The person walked away, or the session ended before they decided.
        case timedOut
        /// Something broke.
        case failed
    }
}

extension AccessFlow.State {
    /// How every flow of a session stands, by the consent that was registered with it.
    package init(of consent: Consent, in session: AccessSession, at now: Timestamp) {
        self =
            switch consent.status {
            case .awaiting: session.isOpen(at: now) && !consent.lifetime.hasEnded(at: now) ? .waiting : .timedOut
            case .authorised: .finished
            case .rejected: consent.reason == .timedOut ? .timedOut : .refused
            case .failed: .failed
            // What was taken back had been given; what never was, the third party withdrew.
            case .revoked: consent.authorisation == nil ? .timedOut : .finished
            }
    }
}

/// What a flow or a consent call shows, by the name that is stored.
package enum AccessKind: String, Sendable, CaseIterable {
    case accounts
    case accountDetails = "account-details"
    case balances
    case transactions

    /// The permissions that it needs, every one of them.
    ///
    /// Accounts alone are without their numbers, so that a consent to the list does not open the details.
    package var permissions: [Permission] {
        switch self {
        case .accounts: [.readAccountsBasic]
        case .accountDetails: [.readAccountsDetail]
        case .balances: [.readBalances]
        case .transactions: [.readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits]
        }
    }

    /// Whether a consent opens it: all its permissions, and at least one account.
    package func isGranted(by consent: Consent) -> Bool {
        guard consent.authorisation?.accounts.isEmpty == false else { return false }
        return consent.effectivePermissions.isSuperset(of: permissions)
    }
}

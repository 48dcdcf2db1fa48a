package import Text

/// What the bank grants at all: the rules between a draft and a consent.
package struct ConsentPolicy: Sendable, Hashable {
    /// The permissions that this bank can serve.
    package let supported: Set<Permission>
    /// The longest life of a consent in days; absent for no limit.
    package let longestLifeDays: Int?

    /// Rules of a bank; without any it serves everything, for as long as is asked.
    package init(supported: Set<Permission> = Set(Permission.allCases), longestLifeDays: Int? = nil) {
        self.supported = supported
        self.longestLifeDays = longestLifeDays
    }

    /// Registers what the draft asks for.
    package func register(
        _ draft: ConsentDraft,
        as id: Identifier<Consent>,
        for thirdParty: Identifier<ThirdParty>,
        on origin: Consent.Origin,
        receipt: [UInt8],
        at now: Timestamp
    ) throws(ConsentRefusal) -> Consent {
        try requireGrantable(draft, at: now)
        return Consent(
            id: id,
            thirdParty: thirdParty,
            origin: origin,
            receipt: receipt,
            permissions: draft.permissions,
            period: draft.period,
            endUser: draft.endUser,
            namedAccounts: draft.namedAccounts,
            lifetime: Lifetime(expires: draft.expires, days: draft.lifetimeDays),
            created: now,
            status: .awaiting,
            reason: .registered,
            statusUpdated: now,
            updated: now,
            deleted: nil,
            authorisation: nil,
            version: 1
        )
    }

    /// Refuses what the bank does not grant.
    func requireGrantable(_ draft: ConsentDraft, at now: Timestamp) throws(ConsentRefusal) {
        try requirePermissions(draft.permissions)
        try requireDates(draft, at: now)
    }

    /// UK Account and Transaction API Profile 3.1.2, "Permissions": what must be answered with 400.
    private func requirePermissions(_ permissions: [Permission]) throws(ConsentRefusal) {
        guard !permissions.isEmpty else { throw .permissionsEmpty }
        for permission in permissions where !supported.contains(permission) {
            throw .permissionUnsupported(permission)
        }
        let asked = Set(permissions)
        guard asked.contains(.readAccountsBasic) || asked.contains(.readAccountsDetail) else {
            throw .accountsPermissionMissing
        }
        let hasDepth = asked.contains(.readTransactionsBasic) || asked.contains(.readTransactionsDetail)
        let hasDirection = asked.contains(.readTransactionsCredits) || asked.contains(.readTransactionsDebits)
        guard hasDirection || !hasDepth else { throw .transactionDirectionMissing }
        guard hasDepth || !hasDirection else { throw .transactionDepthMissing }
    }

    private func requireDates(_ draft: ConsentDraft, at now: Timestamp) throws(ConsentRefusal) {
        // Where days count from the authorisation, `expires` is only the end of the wait for it.
        if let asked = draft.lifetimeDays, let days = longestLifeDays {
            guard asked <= days else { throw .expiryTooFar(days: days) }
        }
        if let expires = draft.expires {
            guard expires > now else { throw .expiryInThePast }
            if let days = longestLifeDays {
                // Begun days are counted, and not the limit's seconds, which may be more than there are.
                guard (expires.since(now) - 1) / 86_400 < Int64(days) else { throw .expiryTooFar(days: days) }
            }
        } else if let days = longestLifeDays {
            throw .expiryTooFar(days: days)
        }
        if let from = draft.period.from, let to = draft.period.to {
            guard from <= to else { throw .periodReversed }
        }
    }
}

internal import Consents
internal import OAuth
internal import Text

extension House {
    /// The consent that a person is asked about: one that is registered, one with the terms that it shall have, or one
    /// that only the request asks for.
    ///
    /// - Parameters:
    ///   - id: What a consent that is not there yet will be called.
    ///   - came: When the request did: what waits does not run out of time by waiting.
    func consent(
        asked request: AuthorizationRequest,
        as id: Identifier<Consent>,
        came: Timestamp,
        at now: Timestamp
    ) async throws(Refusal) -> Consent? {
        guard let action = request.grantAction, let grant = action.grant else {
            guard request.details.isEmpty else { return try draft(of: request, as: id, at: came) }
            return try await consent(of: request)
        }
        guard let consent = try await managedGrant(grant), consent.thirdParty.text == request.client.id.text,
            consent.isInForce(at: now)
        else { throw .grantIDInvalid }
        return try consent.proposed(by: request, keeping: action.keepsEarlier, under: policy, at: came)
    }

    /// What the person allowed the last time; the consent that they are asked about may have other terms by now.
    func earlier(_ request: AuthorizationRequest, _ asked: Consent?) async throws(Refusal) -> Earlier? {
        guard let grant = request.grantAction?.grant else { return asked.flatMap { Earlier($0) } }
        return try await managedGrant(grant).flatMap { Earlier($0) }
    }

    /// A consent that is managed as a grant: one that was asked for in a request, and has no API of its own.
    func managedGrant(_ grant: Identifier<Intent>) async throws(Refusal) -> Consent? {
        let consent = try await ask { store throws(StoreFailure) in try await store.consent(Identifier(grant.text)) }
        guard let consent, consent.origin == .authorizationDetails else { return nil }
        return consent
    }

    /// The consent that authorization details ask for, as it will be registered if the person allows it.
    ///
    /// Nobody has registered it before: what strangers ask for by a browser leaves no consent behind, since consents
    /// are never removed.
    func draft(
        of request: AuthorizationRequest,
        as id: Identifier<Consent>,
        at now: Timestamp
    ) throws(Refusal) -> Consent? {
        guard let wish = request.details.accountInformation else { return nil }
        let draft = ConsentDraft(
            permissions: wish.permissions,
            expires: wish.validUntil,
            period: TransactionPeriod(from: nil, to: nil)
        )
        do {
            return try policy.register(
                draft,
                as: id,
                for: Identifier(request.client.id.text),
                on: .authorizationDetails,
                receipt: request.detailsText?.bytes ?? [],
                at: now
            )
        } catch { throw .detailsInvalid }
    }
}

extension Consent {
    /// The same with the terms that a request asks for.
    ///
    /// - Parameter keepsEarlier: Whether what it has stays beside them: the person is shown, and allows, all of it.
    fileprivate func proposed(
        by request: AuthorizationRequest,
        keeping keepsEarlier: Bool,
        under policy: ConsentPolicy,
        at now: Timestamp
    ) throws(Refusal) -> Consent {
        guard let wish = request.details.accountInformation else { throw .grantWithoutDetails }
        let added = keepsEarlier ? wish.permissions.filter { !permissions.contains($0) } : wish.permissions
        let draft = ConsentDraft(
            permissions: keepsEarlier ? permissions + added : added,
            expires: wish.validUntil ?? (keepsEarlier ? lifetime.expires : nil),
            period: period
        )
        do {
            return try policy.propose(draft, for: self, receipt: request.detailsText?.bytes ?? [], at: now)
        } catch { throw .detailsInvalid }
    }
}

extension AccountInformation {
    /// The canonical permissions that it asks for.
    var permissions: [Permission] {
        var permissions: [Permission] = []
        for action in actions {
            switch action {
            case .listAccounts:
                permissions.append(dataTypes.contains(.accountNumbers) ? .readAccountsDetail : .readAccountsBasic)
            case .readBalances: permissions.append(.readBalances)
            case .readTransactions:
                let isDetailed = dataTypes.contains(.transactionDetails)
                permissions.append(isDetailed ? .readTransactionsDetail : .readTransactionsBasic)
                permissions += [.readTransactionsCredits, .readTransactionsDebits]
            }
        }
        return permissions
    }

    /// What a consent of this kind says, as it was allowed.
    init(_ consent: Consent, locations: [WireText]) {
        let permissions = consent.effectivePermissions
        var actions: [Action] = []
        if permissions.contains(.readAccountsBasic) { actions.append(.listAccounts) }
        if permissions.contains(.readBalances) { actions.append(.readBalances) }
        if permissions.contains(.readTransactionsBasic) { actions.append(.readTransactions) }
        var dataTypes: [DataType] = []
        if permissions.contains(.readAccountsDetail) { dataTypes.append(.accountNumbers) }
        if permissions.contains(.readTransactionsDetail) { dataTypes.append(.transactionDetails) }
        self.init(
            actions: actions,
            dataTypes: dataTypes,
            locations: locations,
            validUntil: consent.lifetime.expires,
            accounts: consent.authorisation?.accounts.map(\.text) ?? []
        )
    }
}

extension AuthorizationRequest {
    /// What its details have become in a consent: RFC 9396 §7, with the accounts that the person chose.
    ///
    /// - Parameter earlier: What was granted before and stays.
    func details(grantedBy consent: Consent?, keeping earlier: TokenFamily?) -> AuthorizationDetails {
        guard let consent, let wish = details.accountInformation else { return .none }
        var locations = wish.locations
        if let earlier { locations = Self.joined(earlier.details.locations, locations) }
        return AuthorizationDetails([.accountInformation(AccountInformation(consent, locations: locations))])
    }

    /// Whom its tokens are for, with whom those before were for.
    func resources(keeping earlier: TokenFamily?, for issuer: Issuer) -> [WireText] {
        guard let earlier else { return resources }
        guard !earlier.resources.isEmpty || !resources.isEmpty else { return [] }
        return Self.joined(
            earlier.resources.isEmpty ? [issuer.text] : earlier.resources,
            resources.isEmpty ? [issuer.text] : resources
        )
    }

    /// The claims that it asks for, with those that were told before.
    func claims(keeping earlier: TokenFamily?) -> GrantedClaims {
        let new = claims.granted
        guard let earlier = earlier?.claims else { return new }
        func joined(_ earlier: [GrantedClaims.Wish], _ new: [GrantedClaims.Wish]) -> [GrantedClaims.Wish] {
            new + earlier.filter { wish in !new.contains { $0.claim == wish.claim } }
        }
        return GrantedClaims(
            idToken: joined(earlier.idToken, new.idToken),
            userInfo: joined(earlier.userInfo, new.userInfo)
        )
    }

    private static func joined(_ earlier: [WireText], _ new: [WireText]) -> [WireText] {
        earlier + new.filter { !earlier.contains($0) }
    }

    /// Whether its consent is there before anybody has said yes.
    var isAboutRegisteredConsent: Bool { details.isEmpty || grantAction?.grant != nil }
}

extension Consent {
    /// What a token with these details opens of it: no more than the one, and no more than the other.
    func narrowed(to details: AuthorizationDetails) -> Consent {
        guard let part = details.accountInformation else { return self }
        let open = effectivePermissions
        let wanted = Permission.closure(of: part.permissions)
        var consent = self
        consent.permissions = Permission.allCases.filter { open.contains($0) && wanted.contains($0) }
        if let authorisation {
            consent.authorisation = Authorisation(
                person: authorisation.person,
                accounts: authorisation.accounts.filter { part.accounts.contains($0.text) },
                given: authorisation.given
            )
        }
        return consent
    }
}

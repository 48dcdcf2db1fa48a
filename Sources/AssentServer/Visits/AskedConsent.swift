internal import Consents
internal import OAuth
internal import Text

extension House {
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
    func details(grantedBy consent: Consent?) -> AuthorizationDetails {
        guard let consent, let wish = details.accountInformation else { return .none }
        return AuthorizationDetails([.accountInformation(AccountInformation(consent, locations: wish.locations))])
    }
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

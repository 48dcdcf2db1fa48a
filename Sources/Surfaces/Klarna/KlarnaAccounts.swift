package import Consents
package import Text

/// What a consent shows of the accounts that it opens, as XS2A spells it.
package struct KlarnaAccounts {
    private let consent: Consent
    private let shared: [AccountData]
    private let bankName: WireText

    /// - Parameter accounts: All accounts of the person who gave the consent, which is in force.
    package init(_ consent: Consent, among accounts: [AccountData], of bankName: WireText) {
        self.consent = consent
        self.bankName = bankName
        let chosen = consent.authorisation?.accounts ?? []
        shared = chosen.compactMap { id in accounts.first { $0.id == id } }
    }

    /// The accounts that are open.
    package func accounts() throws(SurfaceRefusal) -> JSON {
        try require(.accounts)
        return ["type": "accounts", "accounts": .array(shared.map(spell))]
    }

    package func details(of id: Identifier<Account>?) throws(SurfaceRefusal) -> JSON {
        try require(.accountDetails)
        return ["type": "account-details", "account": spell(try account(id))]
    }

    package func balances(of id: Identifier<Account>?) throws(SurfaceRefusal) -> JSON {
        try require(.balances)
        let account = try account(id)
        var members = [JSON.Member("type", "balances")]
        if let balance = account.available {
            let amount = MinorUnits.amount(balance.amount)
            members.append(
                JSON.Member("available", spell(balance.direction == .debit ? -amount : amount, balance.amount.currency))
            )
        }
        return .object(members)
    }

    /// A page of transactions, the newest first, and the last of them where there are more.
    ///
    /// - Parameter last: What the page before ended with.
    package func transactions(
        of id: Identifier<Account>?,
        in days: TransactionPeriod,
        pageSize: Int,
        after last: WireText? = nil,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> (result: [JSON.Member], last: WireText?) {
        try require(.transactions)
        let account = try account(id)
        // Days outside the consent are refused, so that an empty list never means "not allowed".
        guard consent.period.includes(days) else { throw .permissionLacking }
        let shown = account.transactions.filter {
            days.contains($0.booked) && consent.period.contains($0.booked)
        }
        var rest = shown[...]
        if let last {
            guard let index = shown.firstIndex(where: { $0.id == last }) else { throw .fieldInvalid(path: "offset") }
            rest = shown[(index + 1)...]
        }
        let page = rest.prefix(pageSize)
        var result = [
            JSON.Member("type", "transactions"), JSON.Member("transactions", .array(page.map(spell))),
        ]
        if let from = days.from ?? consent.period.from { result.append(JSON.Member("from_date", .text(from.day))) }
        result.append(JSON.Member("to_date", .text((days.to ?? consent.period.to ?? now).day)))
        return (result, rest.count > page.count ? page.last?.id : nil)
    }

    private func require(_ kind: AccessKind) throws(SurfaceRefusal) {
        guard consent.effectivePermissions.isSuperset(of: kind.permissions) else { throw .permissionLacking }
    }

    /// The account of this name; one that is not open and one that is nowhere are refused alike.
    private func account(_ id: Identifier<Account>?) throws(SurfaceRefusal) -> AccountData {
        guard let account = id == nil ? shared.first : shared.first(where: { $0.id == id }) else {
            throw .accountNotOpen
        }
        return account
    }
}

extension KlarnaAccounts {
    /// An account; without the permission for its details it has no number and no holder.
    private func spell(_ account: AccountData) -> JSON {
        var members = [JSON.Member("id", .text(account.id.text))]
        if let alias = account.nickname { members.append(JSON.Member("alias", .text(alias))) }
        if consent.effectivePermissions.contains(.readAccountsDetail) { members += numbers(account) }
        members += [
            JSON.Member("bank_name", .text(bankName)),
            // Money is moved elsewhere, if at all.
            JSON.Member("transfer_type", "NONE"),
            JSON.Member("account_type", .text(account.product.klarnaType)),
            JSON.Member("capabilities", capabilities),
        ]
        return .object(members)
    }

    private func numbers(_ account: AccountData) -> [JSON.Member] {
        var members = account.identifications.flatMap(spell)
        if let holder = account.identifications.lazy.compactMap(\.name).first {
            members.append(JSON.Member("holder_name", .text(holder)))
        }
        if let servicer = account.servicer, servicer.scheme == "UK.OBIE.BICFI" {
            members.append(JSON.Member("bic", .text(servicer.identification)))
        }
        return members
    }

    /// A number by its kind; those of cards are never shown, because no flow asks for them.
    private func spell(_ identification: AccountIdentification) -> [JSON.Member] {
        switch identification.scheme {
        case "UK.OBIE.IBAN": [JSON.Member("iban", .text(identification.number))]
        case AccountIdentification.cardScheme: []
        default: [JSON.Member("account_number", .text(identification.number))]
        }
    }

    private var capabilities: JSON {
        .object(
            AccessKind.allCases.filter { $0 != .accounts }.map { kind in
                let isAvailable = consent.effectivePermissions.isSuperset(of: kind.permissions)
                return JSON.Member(kind.member, ["available": .boolean(isAvailable)])
            } + [JSON.Member("transfer", ["available": false])]
        )
    }

    private func spell(_ transaction: AccountTransaction) -> JSON {
        var references = [JSON.Member("unstructured", .text(transaction.information))]
        if let reference = transaction.reference {
            references.append(JSON.Member("additional_information", .text(reference)))
        }
        var members = [
            JSON.Member("transaction_id", .text(transaction.id)),
            JSON.Member("reference", .text(transaction.information)),
            JSON.Member("bank_references", .object(references)),
        ]
        if let party = counterParty(of: transaction) { members.append(JSON.Member("counter_party", party)) }
        members.append(JSON.Member("date", .text(transaction.booked.day)))
        if transaction.status == .booked {
            members.append(JSON.Member("booking_date", .text(transaction.booked.day)))
        }
        members += [
            JSON.Member("state", transaction.status == .booked ? "PROCESSED" : "PENDING"),
            JSON.Member("type", transaction.direction == .credit ? "CREDIT" : "DEBIT"),
            JSON.Member(
                "amount",
                spell(MinorUnits.amount(transaction.amount), transaction.amount.currency)
            ),
        ]
        return .object(members)
    }

    private func counterParty(of transaction: AccountTransaction) -> JSON? {
        let account = transaction.counterparty
        guard let name = transaction.merchant?.name ?? account?.name else { return nil }
        var members = account.map { spell($0) } ?? []
        members += [JSON.Member("holder_name", .text(name)), JSON.Member("account_type", "DEFAULT")]
        return .object(members)
    }

    private func spell(_ amount: Int64, _ currency: WireText) -> JSON {
        ["amount": .integer(amount), "currency": .text(currency)]
    }
}

extension AccountData {
    /// What is left to spend, or the nearest thing to it that the bank counts.
    fileprivate var available: AccountBalance? {
        let kinds: [AccountBalance.Kind] = [
            .interimAvailable, .closingAvailable, .openingAvailable, .forwardAvailable, .interimBooked, .closingBooked,
        ]
        return kinds.lazy.compactMap { kind in self.balances.first { $0.kind == kind } }.first ?? balances.first
    }
}

extension AccountData.Product {
    fileprivate var klarnaType: WireText {
        switch self {
        case .chargeCard, .creditCard, .prePaidCard: "CREDITCARD"
        case .savings: "SAVING"
        case .currentAccount, .eMoney, .loan, .mortgage: "DEFAULT"
        }
    }
}

extension TransactionPeriod {
    /// Whether all days that are named lie in this period.
    fileprivate func includes(_ days: TransactionPeriod) -> Bool {
        if let first = days.from, !reaches(first) { return false }
        if let last = days.to, !reaches(last) { return false }
        return true
    }

    /// A period that ends within a day includes that day.
    private func reaches(_ moment: Timestamp) -> Bool {
        if let from, moment.day < from.day { return false }
        if let to, moment.day > to.day { return false }
        return true
    }
}

extension Timestamp {
    /// Its day in UTC, such as `2026-01-31`.
    fileprivate var day: WireText { WireText(rfc3339.utf8.prefix(10)) }
}

package import Consents
package import Text

/// A consent call: a token, and what is wanted for it.
package struct ConsentCall: Sendable, Hashable {
    package let token: WireText
    /// Whether the person is said to be there.
    package let isAttended: Bool
    package let wish: Wish

    package enum Wish: Sendable, Hashable {
        case accounts
        case details(of: Identifier<Account>)
        case balances(of: Identifier<Account>)
        case transactions(of: Identifier<Account>, TransactionPeriod, pageSize: Int)
        /// What comes after a page, by what that page said.
        case next(offset: WireText)
    }

    /// Reads the body of `…/get`.
    package init(_ kind: AccessKind, _ body: [UInt8]) throws(SurfaceRefusal) {
        let body = try KlarnaBody(body)
        try self.init(body) { () throws(SurfaceRefusal) in
            switch kind {
            case .accounts: .accounts
            case .accountDetails: .details(of: try Self.account(body))
            case .balances: .balances(of: try Self.account(body))
            case .transactions:
                .transactions(
                    of: try Self.account(body),
                    try body.days(),
                    // Preferred is what it is called, so too many is no mistake.
                    pageSize: min(
                        try body.integer("preferred_pagination_size", in: 1...Int.max) ?? Limits.pageTransactions,
                        Limits.pageTransactions
                    )
                )
            }
        }
    }

    /// Reads the body of `…/list`.
    package init(listing body: [UInt8]) throws(SurfaceRefusal) {
        let body = try KlarnaBody(body)
        try self.init(body) { () throws(SurfaceRefusal) in
            .next(offset: try body.requiredText("offset", upTo: Limits.tokenBytes))
        }
    }

    private init(_ body: KlarnaBody, _ wish: () throws(SurfaceRefusal) -> Wish) throws(SurfaceRefusal) {
        token = try body.requiredText("consent_token", upTo: Limits.tokenBytes)
        isAttended = try body.hasPerson()
        self.wish = try wish()
    }

    private static func account(_ body: KlarnaBody) throws(SurfaceRefusal) -> Identifier<Account> {
        Identifier(try body.requiredText("account_id", upTo: Limits.accountIdentifierBytes))
    }
}

/// Where a listing goes on: all that the next page depends on, to be signed by the server.
package struct ListingOffset: Sendable, Hashable {
    package let consent: Identifier<Consent>
    /// The number of the one token with which it is worth anything: the one that came in the same answer.
    package let generation: Int
    package let account: Identifier<Account>
    package let days: TransactionPeriod
    package let pageSize: Int
    /// The last transaction that was shown.
    package let last: WireText

    package init(
        consent: Identifier<Consent>,
        generation: Int,
        account: Identifier<Account>,
        days: TransactionPeriod,
        pageSize: Int,
        last: WireText
    ) {
        self.consent = consent
        self.generation = generation
        self.account = account
        self.days = days
        self.pageSize = pageSize
        self.last = last
    }

    /// What is signed.
    package var json: JSON {
        var members = [
            JSON.Member("consent_id", .text(consent.text)), JSON.Member("generation", .integer(Int64(generation))),
            JSON.Member("account_id", .text(account.text)), JSON.Member("size", .integer(Int64(pageSize))),
            JSON.Member("last", .text(last)),
        ]
        if let from = days.from { members.append(JSON.Member("from", .integer(from.seconds))) }
        if let to = days.to { members.append(JSON.Member("to", .integer(to.seconds))) }
        return .object(members)
    }

    /// Reads what was signed.
    package init?(_ json: JSON) {
        guard let consent = json["consent_id"]?.text, let generation = json["generation"]?.integer,
            let account = json["account_id"]?.text, let size = json["size"]?.integer, let last = json["last"]?.text
        else { return nil }
        self.init(
            consent: Identifier(consent),
            generation: Int(generation),
            account: Identifier(account),
            days: TransactionPeriod(
                from: json["from"]?.integer.map { Timestamp($0) },
                to: json["to"]?.integer.map { Timestamp($0) }
            ),
            pageSize: Int(size),
            last: last
        )
    }
}

package import Consents
package import Text

/// What a third party wants when it opens a session.
package struct SessionRequest: Sendable, Hashable {
    /// Everything that the consent shall cover.
    package let permissions: [Permission]
    package let period: TransactionPeriod
    /// Zero where the consent shall serve this session only, and is never handed out.
    package let lifetimeDays: Int
    package let namedAccounts: [WireText]
    /// Where the person shall be sent back to; whether it is registered is for others to say.
    package let returnURL: WireText?

    /// Reads the body of `PUT /sessions`.
    package init(_ body: [UInt8], at now: Timestamp) throws(SurfaceRefusal) {
        let body = try KlarnaBody(body)
        guard try body.hasPerson() else { throw .fieldMissing(path: "psu") }
        returnURL = try body.text("redirect_return_url", upTo: Limits.redirectURIBytes)
        guard let scope = try body.object("consent_scope") else {
            permissions = Self.permissions(of: AccessKind.allCases)
            period = TransactionPeriod(from: nil, to: nil)
            lifetimeDays = 0
            namedAccounts = []
            return
        }
        let kinds = try Self.kinds(scope)
        permissions = Self.permissions(of: kinds)
        lifetimeDays = try scope.integer("lifetime", in: 0...Limits.lifetimeDays) ?? 0
        period = try Self.period(scope, at: now)
        namedAccounts = try Self.namedAccounts(scope, kinds)
    }

    /// What is asked for in canonical words.
    ///
    /// - Parameter end: When the session ends, and with it the wait for the person.
    package func draft(until end: Timestamp) -> ConsentDraft {
        ConsentDraft(
            permissions: permissions,
            expires: end,
            period: period,
            lifetimeDays: lifetimeDays,
            namedAccounts: namedAccounts
        )
    }

    /// Whatever is wanted is wanted of accounts, so that their list is always open.
    private static func permissions(of kinds: [AccessKind]) -> [Permission] {
        var permissions: [Permission] = [.readAccountsBasic]
        for permission in kinds.flatMap(\.permissions) where !permissions.contains(permission) {
            permissions.append(permission)
        }
        return permissions
    }

    /// What the scope names; a wish that cannot be granted is refused and not left out.
    private static func kinds(_ scope: KlarnaBody) throws(SurfaceRefusal) -> [AccessKind] {
        for name in scope.names where name != "lifetime" && AccessKind(member: name) == nil {
            throw .fieldUnexpected(path: scope.path(of: name))
        }
        var kinds: [AccessKind] = []
        for kind in AccessKind.allCases where try scope.object(kind.member) != nil { kinds.append(kind) }
        guard !kinds.isEmpty else { throw .fieldInvalid(path: "consent_scope") }
        return kinds
    }

    private static func period(_ scope: KlarnaBody, at now: Timestamp) throws(SurfaceRefusal) -> TransactionPeriod {
        guard let transactions = try scope.object(AccessKind.transactions.member) else {
            return TransactionPeriod(from: nil, to: nil)
        }
        let days = try transactions.days()
        guard let count = try transactions.integer("last_days", in: 1...Limits.lifetimeDays) else { return days }
        // Two ways to say the first day could say two days.
        guard days.from == nil, days.to == nil else { throw .fieldInvalid(path: transactions.path(of: "last_days")) }
        let today = now - Int(now.seconds % Int64(KlarnaBody.secondsADay))
        return TransactionPeriod(from: today - count * KlarnaBody.secondsADay, to: nil)
    }

    /// The accounts that are named, which must be the same wherever some are: a consent has one list.
    private static func namedAccounts(
        _ scope: KlarnaBody,
        _ kinds: [AccessKind]
    ) throws(SurfaceRefusal) -> [WireText] {
        var named: [WireText]?
        for kind in kinds {
            guard let member = try scope.object(kind.member), let value = member["ibans"] else { continue }
            let path = member.path(of: "ibans")
            guard let ibans = value.texts, (1...Limits.namedAccounts).contains(ibans.count),
                Set(ibans).count == ibans.count, ibans.allSatisfy(isIBAN)
            else { throw .fieldInvalid(path: path) }
            guard named == nil || named == ibans else { throw .fieldInvalid(path: path) }
            named = ibans
        }
        return named ?? []
    }

    /// ISO 13616 in its electronic form; whether there is such an account is seen when somebody logs in.
    private static func isIBAN(_ text: WireText) -> Bool {
        let bytes = text.bytes
        return (15...34).contains(bytes.count) && bytes.allSatisfy { $0.isUppercase || $0.isDigit }
            && bytes[..<2].allSatisfy(\.isUppercase) && bytes[2..<4].allSatisfy(\.isDigit)
    }
}

extension AccessKind {
    /// Its name in JSON, where paths have a dash.
    package var member: WireText {
        switch self {
        case .accounts: "accounts"
        case .accountDetails: "account_details"
        case .balances: "balances"
        case .transactions: "transactions"
        }
    }

    init?(member: WireText) {
        guard let kind = Self.allCases.first(where: { $0.member == member }) else { return nil }
        self = kind
    }
}

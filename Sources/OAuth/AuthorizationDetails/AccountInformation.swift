package import Text

/// Authorization details of the type `account_information`: the form that the examples of RFC 9396 §2 have.
///
/// It is a consent: what a third party registers elsewhere before it sends the person, stands here in the request.
package struct AccountInformation: Sendable, Hashable {
    /// The name of the type.
    package static let type: WireText = "account_information"

    /// What may be done, each once and in our order.
    package let actions: [Action]
    /// What beside the bare facts is wanted, each once and in our order.
    package let dataTypes: [DataType]
    /// The resources it is for, by their names; none where it is for us.
    package let locations: [WireText]
    /// When it shall end; absent for an open end.
    package let validUntil: Timestamp?
    /// The accounts that the person has chosen, by the names that the account API has for them; none before that.
    package let accounts: [WireText]

    /// What may be done with accounts.
    package enum Action: String, Sendable, CaseIterable {
        case listAccounts = "list_accounts"
        case readBalances = "read_balances"
        case readTransactions = "read_transactions"
    }

    /// What is shown only where it is asked for by name.
    package enum DataType: String, Sendable, CaseIterable {
        /// The numbers of accounts, beside what they are called.
        case accountNumbers = "account_numbers"
        /// Who was paid and what for, beside amounts and days.
        case transactionDetails = "transaction_details"
    }

    /// Details of our own, which are not checked.
    package init(
        actions: [Action],
        dataTypes: [DataType] = [],
        locations: [WireText] = [],
        validUntil: Timestamp? = nil,
        accounts: [WireText] = []
    ) {
        self.actions = Action.allCases.filter(actions.contains)
        self.dataTypes = DataType.allCases.filter(dataTypes.contains)
        self.locations = locations
        self.validUntil = validUntil
        self.accounts = accounts
    }

    /// Reads an object strictly: RFC 9396 §5 wants what is unknown refused, and not passed over.
    init(_ json: JSON, _ side: AuthorizationDetails.Side) throws(Refusal) {
        for member in json.members ?? [] where !Self.known.contains(member.name) { throw .detailsInvalid }
        let actions: [Action] = try Self.words("actions", in: json)
        guard !actions.isEmpty else { throw .detailsInvalid }
        let dataTypes: [DataType] = try Self.words("datatypes", in: json)
        let accounts = try Self.texts("accounts", in: json)
        if side == .person {
            // Without the list of accounts there is nothing to ask about, and only the person chooses from it.
            guard actions.contains(.listAccounts), json["accounts"] == nil else { throw .detailsInvalid }
        }
        guard !dataTypes.contains(.transactionDetails) || actions.contains(.readTransactions) else {
            throw .detailsInvalid
        }
        var validUntil: Timestamp?
        if let value = json["valid_until"] {
            guard let moment = value.text.flatMap({ Timestamp(rfc3339: $0) }) else { throw .detailsInvalid }
            validUntil = moment
        }
        self.init(
            actions: actions,
            dataTypes: dataTypes,
            locations: try Self.texts("locations", in: json),
            validUntil: validUntil,
            accounts: accounts
        )
    }

    private static let known: Set<WireText> = [
        "type", "actions", "datatypes", "locations", "valid_until", "accounts",
    ]

    /// As it stands in requests, answers and tokens.
    package var json: JSON {
        var members = [
            JSON.Member("type", .text(Self.type)),
            JSON.Member("actions", .array(actions.map { .text(WireText($0.rawValue)) })),
        ]
        if !dataTypes.isEmpty {
            members.append(JSON.Member("datatypes", .array(dataTypes.map { .text(WireText($0.rawValue)) })))
        }
        if !locations.isEmpty { members.append(JSON.Member("locations", .array(locations.map { .text($0) }))) }
        if let validUntil { members.append(JSON.Member("valid_until", .text(WireText(validUntil.rfc3339)))) }
        if !accounts.isEmpty { members.append(JSON.Member("accounts", .array(accounts.map { .text($0) }))) }
        return .object(members)
    }

    /// The part of it that is asked for; `nil` where that is more than there is.
    ///
    /// What is asked for names its actions and data; where it names no locations and no accounts, it means all.
    func narrowed(to asked: AccountInformation) -> AccountInformation? {
        guard asked.actions.allSatisfy(actions.contains), asked.dataTypes.allSatisfy(dataTypes.contains),
            asked.locations.allSatisfy(locations.contains), asked.accounts.allSatisfy(accounts.contains),
            asked.validUntil == nil || asked.validUntil == validUntil
        else { return nil }
        return AccountInformation(
            actions: asked.actions,
            dataTypes: asked.dataTypes,
            locations: asked.locations.isEmpty ? locations : asked.locations,
            validUntil: validUntil,
            accounts: asked.accounts.isEmpty ? accounts : accounts.filter(asked.accounts.contains)
        )
    }

    // MARK: Reading

    /// A list of words, each of them known and none of them twice.
    private static func words<Word: RawRepresentable<String> & CaseIterable & Equatable>(
        _ name: WireText,
        in json: JSON
    ) throws(Refusal) -> [Word] {
        var words: [Word] = []
        for text in try texts(name, in: json) {
            guard let word = Word.allCases.first(where: { WireText($0.rawValue) == text }) else {
                throw .detailsInvalid
            }
            words.append(word)
        }
        return words
    }

    private static func texts(_ name: WireText, in json: JSON) throws(Refusal) -> [WireText] {
        guard let value = json[name] else { return [] }
        guard let texts = value.texts, !texts.isEmpty, Set(texts).count == texts.count else { throw .detailsInvalid }
        return texts
    }
}

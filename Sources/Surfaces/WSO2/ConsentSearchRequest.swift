package import Consents
package import Text

/// What `admin/search` is asked, and how it answers.
package enum ConsentSearchRequest {
    package static func read(_ query: WireText?) throws(SurfaceRefusal) -> ConsentSearch {
        let query = try AdminQuery(query, names: names)
        var search = ConsentSearch()
        search.consents = try query.list("consentIDs", "consentIds").map { Identifier($0) }
        search.thirdParties = try query.list("clientIDs", "clientIds").map { Identifier($0) }
        search.persons = try query.list("userIds", "userIDs").map { Identifier($0) }
        search.accounts = try query.list("accountIds", "accountIDs").map { Identifier($0) }
        for type in try query.list("consentTypes") where type != BankSpelling.type {
            throw .fieldInvalid(path: "consentTypes")
        }
        for word in try query.list("consentStatuses") {
            let states = BankSpelling.states(for: word)
            guard !states.isEmpty else { throw .fieldInvalid(path: "consentStatuses") }
            search.states.formUnion(states)
        }
        (search.from, search.to) = try query.span()
        (search.limit, search.offset) = try query.page()
        return search
    }

    package static func document(_ found: ConsentsFound, of search: ConsentSearch, at now: Timestamp) -> JSON {
        [
            "data": .array(found.consents.map { ConsentDetail.document($0, at: now) }),
            "metadata": [
                "count": .integer(Int64(found.consents.count)),
                "offset": .integer(Int64(search.offset)),
                "limit": .integer(Int64(search.limit)),
                "total": .integer(Int64(found.total)),
            ],
        ]
    }

    private static let names: Set<WireText> = [
        "consentIDs", "consentIds", "clientIDs", "clientIds", "consentTypes", "consentStatuses", "userIds", "userIDs",
        "accountIds", "accountIDs", "fromTime", "toTime", "limit", "offset",
    ]
}

/// Which consent somebody takes back, or an account of it.
package struct RevocationRequest: Sendable {
    package let consent: Identifier<Consent>
    /// Whose it must be, where that is said.
    package let person: Identifier<Person>?

    package init(_ query: WireText?) throws(SurfaceRefusal) {
        let query = try AdminQuery(query, names: ["consentId", "consentID", "userId", "userID"])
        consent = Identifier(try query.required("consentId", "consentID"))
        person = try query.text("userId", "userID").map { Identifier($0) }
    }
}

/// Which account leaves which consent.
package struct AccountRemoval: Sendable {
    package let consent: Identifier<Consent>
    package let account: Identifier<Account>

    package init(_ query: WireText?) throws(SurfaceRefusal) {
        let query = try AdminQuery(query, names: ["consentId", "consentID", "accountId", "accountID"])
        consent = Identifier(try query.required("consentId", "consentID"))
        account = Identifier(try query.required("accountId", "accountID"))
    }
}

package import Consents
import Crypto
package import Text

extension Consent {
    /// A consent registered at noon, waiting for a person.
    package static let sample = Consent.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<Consent> = "consent-1",
        thirdParty: Identifier<ThirdParty> = "tpp-1",
        origin: Origin = .ukOpenBanking,
        permissions: [Permission] = [.readAccountsDetail, .readBalances],
        period: TransactionPeriod = TransactionPeriod(from: nil, to: nil),
        namedAccounts: [WireText] = [],
        expires: Timestamp? = .noon + Timestamp.days(90),
        days: Int? = nil,
        created: Timestamp = .noon,
        status: Status = .awaiting,
        deleted: Timestamp? = nil,
        authorisation: Authorisation? = nil,
        version: Int = 1
    ) -> Consent {
        Consent(
            id: id,
            thirdParty: thirdParty,
            origin: origin,
            receipt: Array(#"{"Data":{},"Risk":{}}"#.utf8),
            permissions: permissions,
            period: period,
            namedAccounts: namedAccounts,
            lifetime: Lifetime(expires: expires, days: days),
            created: created,
            status: status,
            reason: status == .awaiting ? .registered : .authorised,
            statusUpdated: .noon,
            updated: .noon,
            deleted: deleted,
            authorisation: authorisation,
            version: version
        )
    }

    /// The sample after Anna has allowed it for two accounts, a minute after noon.
    package static let authorisedSample = Consent.sample(
        status: .authorised,
        authorisation: .sample,
        version: 2
    )
}

extension Authorisation {
    /// Anna's yes for two accounts.
    package static let sample = Authorisation(
        person: "psu-anna",
        accounts: ["account-1", "account-2"],
        given: .noon + 60
    )
}

extension Revision {
    /// The first entry of a consent's history.
    package static func registration(of consent: Consent) -> Revision {
        ConsentChange.registration(of: consent).revision
    }
}

extension IdempotencyRecord {
    /// A key that was taken at noon for a registration.
    package static func sample(
        _ request: WireText = "1",
        of thirdParty: Identifier<ThirdParty> = "tpp-1"
    ) -> IdempotencyRecord {
        IdempotencyRecord(
            thirdParty: thirdParty,
            key: Fingerprint(of: "key"),
            request: Fingerprint(of: request),
            consent: "consent-1",
            expires: .noon + seconds
        )
    }
}

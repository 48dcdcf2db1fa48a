package import Consents
package import Text

extension Consent {
    /// A consent registered at noon, waiting for a person.
    package static let sample = Consent.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<Consent> = "consent-1",
        thirdParty: Identifier<ThirdParty> = "tpp-1",
        permissions: [Permission] = [.readAccountsDetail, .readBalances],
        period: TransactionPeriod = TransactionPeriod(from: nil, to: nil),
        expires: Timestamp? = .noon + Timestamp.days(90),
        status: Status = .awaiting,
        deleted: Timestamp? = nil,
        authorisation: Authorisation? = nil,
        version: Int = 1
    ) -> Consent {
        Consent(
            id: id,
            thirdParty: thirdParty,
            origin: .ukOpenBanking,
            receipt: Array(#"{"Data":{},"Risk":{}}"#.utf8),
            permissions: permissions,
            period: period,
            lifetime: Lifetime(expires: expires),
            created: .noon,
            status: status,
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
        Revision(
            consent: consent.id,
            from: nil,
            to: .awaiting,
            at: consent.created,
            actor: .thirdParty(consent.thirdParty),
            reason: .registered
        )
    }
}

package import Consents

extension [Revision] {
    /// Whether a consent is what its last entry made of it, and says of its past what the entries before do: why it
    /// stands as it does and since when, and when its person allowed it last.
    package func agrees(with consent: Consent) -> Bool {
        guard let last, last.isLast(of: consent), let move = self.last(where: { $0.from != $0.to }) else {
            return false
        }
        return move.reason == consent.reason && move.at == consent.statusUpdated
            && self.last(where: \.isYes)?.at == consent.authorisation?.given
    }
}

extension Revision {
    /// Whether the consent is what this entry made of it, and nothing came after.
    fileprivate func isLast(of consent: Consent) -> Bool {
        // An earlier value of the consent would fit the entry of that value: only the last one counts.
        version == consent.version && to == consent.status && at == consent.updated
            && accounts == consent.openAccounts && terms == consent.termsDigest
            && (reason == .deletedByThirdParty) == (consent.deleted != nil)
    }

    fileprivate var isYes: Bool {
        switch reason {
        case .authorised, .reauthorised, .amended: true
        case .registered, .refused, .cancelledAtLogin, .timedOut, .failed, .revokedByPerson, .revokedByBank,
            .revokedByThirdParty, .deletedByThirdParty, .accountLeft:
            false
        }
    }
}

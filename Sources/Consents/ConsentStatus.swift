package import Text

extension Consent {
    /// The only place where a status changes.
    ///
    /// The table has no default, so that a new status or event does not compile until every pair is answered.
    package func after(_ event: ConsentEvent, at now: Timestamp) throws(ConsentRefusal) -> Consent {
        guard deleted == nil else { throw .deleted }
        switch (status, event) {
        case (.awaiting, .authorise(let person, let accounts)):
            return try authorised(by: person, accounts, event, at: now)

        case (.authorised, .authorise(let person, let accounts)):
            // The consent is between one person and one third party; nobody else may take it over.
            guard person == authorisation?.person else { throw .otherPerson }
            return try authorised(by: person, accounts, event, at: now)

        case (.authorised, .amend(let amendment, let person, let accounts)):
            guard person == authorisation?.person else { throw .otherPerson }
            // A longer life for what has ended would bring its tokens back.
            guard !lifetime.hasEnded(at: now) else { throw .expired }
            return try proposing(amendment).authorised(by: person, accounts, event, at: now)

        case (.awaiting, .reject): return moved(to: .rejected, by: event, at: now)
        case (.awaiting, .fail): return moved(to: .failed, by: event, at: now)
        case (.authorised, .revoke): return moved(to: .revoked, by: event, at: now)

        case (.awaiting, .delete), (.authorised, .delete):
            var consent = moved(to: .revoked, by: event, at: now)
            consent.deleted = now
            return consent

        case (.authorised, .lose(let account)):
            guard let authorisation, authorisation.accounts.contains(account) else { throw .accountUnknown }
            var consent = changed(at: now)
            consent.authorisation = Authorisation(
                person: authorisation.person,
                accounts: authorisation.accounts.filter { $0 != account },
                given: authorisation.given
            )
            return consent

        // Refusing to re-authenticate, or failing to, leaves a consent in force as it is.
        case (.authorised, .reject), (.authorised, .fail), (.awaiting, .revoke), (.awaiting, .lose),
            (.awaiting, .amend):
            throw .impossible(in: status)

        case (.rejected, .authorise), (.rejected, .reject), (.rejected, .fail), (.rejected, .revoke),
            (.rejected, .delete), (.rejected, .lose), (.rejected, .amend):
            throw .impossible(in: .rejected)
        case (.failed, .authorise), (.failed, .reject), (.failed, .fail), (.failed, .revoke), (.failed, .delete),
            (.failed, .lose), (.failed, .amend):
            throw .impossible(in: .failed)
        case (.revoked, .authorise), (.revoked, .reject), (.revoked, .fail), (.revoked, .revoke),
            (.revoked, .delete), (.revoked, .lose), (.revoked, .amend):
            throw .impossible(in: .revoked)
        }
    }

    /// Whether a person may be asked about this consent now, and by this third party.
    ///
    /// Asked before any page is shown: a finished or foreign consent must not start an authorisation.
    package func requireAuthorisable(
        for thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) throws(ConsentRefusal) {
        guard self.thirdParty == thirdParty else { throw .otherThirdParty }
        guard deleted == nil else { throw .deleted }
        guard !lifetime.hasEnded(at: now) else { throw .expired }
        guard status == .awaiting || status == .authorised else { throw .impossible(in: status) }
    }

    private func authorised(
        by person: Identifier<Person>,
        _ accounts: [Identifier<Account>],
        _ event: ConsentEvent,
        at now: Timestamp
    ) throws(ConsentRefusal) -> Consent {
        guard !lifetime.hasEnded(at: now) else { throw .expired }
        guard !accounts.isEmpty else { throw .noAccount }
        guard Set(accounts).count == accounts.count else { throw .accountRepeated }
        var consent = changed(at: now)
        if status != .authorised {
            consent = moved(to: .authorised, by: event, at: now)
            consent.lifetime = lifetime.begun(at: now)
        }
        consent.authorisation = Authorisation(person: person, accounts: accounts, given: now)
        return consent
    }

    private func moved(to status: Status, by event: ConsentEvent, at now: Timestamp) -> Consent {
        var consent = changed(at: now)
        consent.reason = event.reason(in: self.status)
        consent.status = status
        consent.statusUpdated = now
        return consent
    }

    private func changed(at now: Timestamp) -> Consent {
        var consent = self
        consent.updated = now
        consent.version += 1
        return consent
    }
}

internal import Consents
internal import OAuth
internal import Storage
internal import Surfaces
internal import Telemetry
internal import Text

/// What a person is offered to share, as far as the bank's own systems leave it.
struct Offer: Sendable {
    /// Their accounts, those that cannot be shared included.
    let accounts: [AccountData]
    /// Whether more than one of them may be chosen.
    let allowsMany: Bool
    /// Sections that the bank wants on a page of its own.
    let additions: [JSON]

    static let nothing = Offer(accounts: [], allowsMany: true, additions: [])

    /// The accounts that can be chosen.
    var eligible: [Identifier<Account>] { accounts.filter(\.isEligible).map(\.id) }
}

extension Visit {
    /// The person's accounts, where the consent is about accounts at all.
    func offer() async throws(PageFailure) -> Offer {
        guard let consent, let session else { return .nothing }
        let all = accounts(of: session, for: consent)
        guard let hooks = house.hooks.current else { return Offer(accounts: all, allowsMany: true, additions: []) }
        let question = try question(about: consent, session)
        let answer: HookAnswer<Screen>
        do { answer = try await hooks.populate(question) } catch { throw failed(error, question) }
        switch answer {
        case .goOn(let screen):
            return Offer(
                accounts: all.filter { screen.accounts.contains($0.id) },
                allowsMany: screen.allowsMany,
                additions: screen.additions
            )
        case .refused(let ends): throw try await refusedByBank(ends: ends)
        }
    }

    /// What the bank's own systems leave of a yes.
    func kept(_ chosen: [AccountData], of consent: Consent) async throws(PageFailure) -> [Identifier<Account>] {
        guard let hooks = house.hooks.current, let session else { return chosen.map(\.id) }
        let question = try question(about: consent, session)
        let answer: HookAnswer<[Identifier<Account>]>
        do { answer = try await hooks.persist(chosen, of: question) } catch { throw failed(error, question) }
        switch answer {
        case .goOn(let accounts): return accounts
        case .refused(let ends): throw try await refusedByBank(ends: ends)
        }
    }

    /// Tells the bank's own systems of a no, which holds whatever they make of it.
    func tellOfRefusal() async {
        guard let hooks = house.hooks.current, let consent, let session,
            let question = try? question(about: consent, session)
        else { return }
        do { _ = try await hooks.persist(nil, of: question) } catch { _ = failed(error, question) }
    }

    private func accounts(of session: Session, for consent: Consent) -> [AccountData] {
        let accounts = house.bank.accounts(of: session.person)
        let named = consent.namedAccounts
        guard !named.isEmpty else { return accounts }
        // What the third party named is all that is asked about; a foreign number is nobody's account here.
        return accounts.filter { account in account.identifications.contains { named.contains($0.number) } }
    }

    private func question(about consent: Consent, _ session: Session) throws(PageFailure) -> HookQuestion {
        let id: UUID
        do { id = try house.freshUUID() } catch { throw .refused(error) }
        return HookQuestion(
            id: id,
            consent: consent,
            person: Identifier(session.person.text),
            accounts: accounts(of: session, for: consent),
            parameters: [
                "client_id": .text(authorization.client.id.text),
                "redirect_uri": .text(authorization.target.redirectURI),
                "scope": .text(authorization.scope.text),
            ],
            now: now
        )
    }

    /// Nobody decides in the place of systems that do not answer: it can be tried again.
    private func failed(_ failure: HookFailure, _ question: HookQuestion) -> PageFailure {
        house.log.error(
            "hook.failed",
            ["question": .text(question.id.text), "reason": .text(WireText(String(describing: failure)))]
        )
        return .refused(.temporarilyUnavailable)
    }

    private func refusedByBank(ends: Bool) async throws(PageFailure) -> PageFailure {
        var changes = [Storage.Change.oauth(.closeInteraction(interaction.id, at: now))]
        // The person did not say no, so that is not what the consent's history says.
        if ends, let change = try? registered?.change(.fail, by: .staff("hooks"), at: now) {
            changes.append(.consent(change))
        }
        do { try await house.commit(changes) } catch { throw .refused(error) }
        return .refused(.accessDenied)
    }
}

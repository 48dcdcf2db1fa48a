import Consents
import TestSupport
import Testing
import Text

/// A hundred thousand steps of writers that do not wait for each other, against the invariants of consents.
struct ConsentWalkTests {
    @Test
    func `SD-03 no order of events and no race of writers breaks an invariant`() {
        var walk = Walk(seed: 0x5D03)
        for _ in 0..<100_000 {
            walk.step()
            if let broken = walk.broken {
                Issue.record("\(broken)")
                return
            }
        }
        // A walk that never came to a place has proved nothing about it.
        for status in Consent.Status.allCases {
            for event in Set(ConsentEvent.samples.map(\.kind)) {
                #expect(walk.visits["\(status) \(event)", default: 0] > 50, "\(status) \(event)")
            }
        }
        #expect(walk.visits["overtaken", default: 0] > 1_000)
        #expect(walk.visits["deleted", default: 0] > 1_000)
        #expect(walk.visits["expired", default: 0] > 100)
        #expect(walk.visits["reauthorised", default: 0] > 100)
        #expect(walk.visits["left force", default: 0] > 100)
    }
}

/// Some consents, what was read of them, and what was ever issued on them.
private struct Walk {
    /// One consent as the store has it.
    struct Row {
        var current: Consent
        /// Values that some writer still holds, the current one among them.
        var read: [Consent]
        var history: [(from: Consent.Status?, to: Consent.Status)]
        /// Whether it was in force once, and is not any more.
        var hasLeftForce = false
        var tokens: [Token] = []
    }

    /// What was issued while a consent was authorised.
    struct Token {
        let person: Identifier<Person>
        let thirdParty: Identifier<ThirdParty>
    }

    private var generator: SeededGenerator
    private var rows: [Row] = []
    private var now = Timestamp.noon
    private(set) var visits: [String: Int] = [:]
    /// The first invariant that did not hold.
    private(set) var broken: String?

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func step() {
        // Time never stands, so that a moment that changed can be seen.
        now = now + Int.random(in: 1...60, using: &generator)
        if rows.count < 8 {
            rows.append(register())
            return
        }
        let index = Int.random(in: rows.indices, using: &generator)
        observe(index)
        // A writer acts on what it read, which may be long ago.
        guard let held = rows[index].read.randomElement(using: &generator) else { return }
        if Int.random(in: 0..<10, using: &generator) == 0 {
            authorisationStarts(held, index)
        } else {
            write(event(for: held), held, index)
        }
        if rows[index].history.count > 60 || Int.random(in: 0..<200, using: &generator) == 0 {
            rows[index] = register()
        }
    }

    private mutating func register() -> Row {
        let consent = Consent.sample(
            thirdParty: Bool.random(using: &generator) ? "tpp-1" : "tpp-2",
            expires: Bool.random(using: &generator) ? nil : now + Int.random(in: 1...20_000, using: &generator)
        )
        return Row(current: consent, read: [consent], history: [(nil, consent.status)])
    }

    private mutating func event(for consent: Consent) -> ConsentEvent {
        let person: Identifier<Person> = Int.random(in: 0..<5, using: &generator) == 0 ? "psu-bert" : "psu-anna"
        let accounts: [Identifier<Account>] = ["account-1", "account-2", "account-3"]
        let kinds = ConsentEvent.samples
        switch kinds[Int.random(in: kinds.indices, using: &generator)] {
        case .authorise:
            return .authorise(person: person, accounts: accounts.filter { _ in Bool.random(using: &generator) })
        case .lose: return .lose(accounts[Int.random(in: accounts.indices, using: &generator)])
        // Ends come less often, or few consents would live to be authorised again.
        case let event where event.kind == "revoke" || event == .delete:
            guard Int.random(in: 0..<3, using: &generator) == 0 else {
                return .authorise(person: "psu-anna", accounts: ["account-1", "account-2"])
            }
            return event
        case let event: return event
        }
    }

    /// A write as the store makes it: kept only where the version that was read is still the one that is there.
    private mutating func write(_ event: ConsentEvent, _ held: Consent, _ index: Int) {
        visits["\(held.status) \(event.kind)", default: 0] += 1
        let before = rows[index].current
        let next: Consent
        do { next = try held.after(event, at: now) } catch {
            if error == .deleted { visits["deleted", default: 0] += 1 }
            if error == .expired { visits["expired", default: 0] += 1 }
            return
        }
        require(next.version == held.version + 1, "a change did not count")
        guard held.version == before.version else {
            visits["overtaken", default: 0] += 1
            return
        }
        // What has this version is this value, so that comparing versions is enough.
        require(held == before, "two values share a version")
        require(Self.isOpen(before), "1: a finished consent changed")
        require(event.kind == "amend" || next.hasTheRegistration(of: before), "6: what was registered changed")
        require(
            (next.status != before.status) == (next.statusUpdated != before.statusUpdated),
            "7: statusUpdated and status did not change together"
        )
        if event.kind != "authorise", event.kind != "amend" {
            let left = next.authorisation?.accounts ?? []
            require(Set(left).isSubset(of: before.authorisation?.accounts ?? []), "6: an account came without a yes")
            require(next.authorisation?.given == before.authorisation?.given, "6: a yes came from nowhere")
        }
        if let person = before.authorisation?.person {
            require(next.authorisation?.person == person, "4: a consent changed its person")
        }
        if case .authorise = event, before.status == .authorised { visits["reauthorised", default: 0] += 1 }

        rows[index].history.append((held.status, next.status))
        rows[index].current = next
        rows[index].read = rows[index].read.suffix(3) + [next]
        checkHistory(index)
        observe(index)
        if next.isInForce(at: now), let person = next.authorisation?.person {
            rows[index].tokens.append(Token(person: person, thirdParty: next.thirdParty))
        }
    }

    private mutating func authorisationStarts(_ held: Consent, _ index: Int) {
        for thirdParty in ["tpp-1", "tpp-2"] as [Identifier<ThirdParty>] {
            guard (try? held.requireAuthorisable(for: thirdParty, at: now)) != nil else { continue }
            require(held.status == .awaiting || held.status == .authorised, "2: a decided consent is asked about")
            require(held.deleted == nil && !held.lifetime.hasEnded(at: now), "2: a consent that is over is asked about")
            require(held.thirdParty == thirdParty, "4: a stranger asks about a consent")
        }
    }

    /// What must hold whenever anybody looks.
    private mutating func observe(_ index: Int) {
        let consent = rows[index].current
        let isInForce = consent.isInForce(at: now)
        require(!isInForce || consent.status == .authorised, "3: a consent that nobody allowed is in force")
        require(!isInForce || consent.authorisation != nil, "3: a consent of nobody is in force")
        require(!isInForce || !rows[index].hasLeftForce, "3: a token came back to life")
        require(rows[index].tokens.isEmpty || consent.authorisation != nil, "3: a token without an authorisation")
        for token in rows[index].tokens {
            require(token.thirdParty == consent.thirdParty, "4: a token changed its third party")
            require(token.person == consent.authorisation?.person, "4: a token changed its person")
        }
        if !isInForce, !rows[index].tokens.isEmpty, !rows[index].hasLeftForce {
            rows[index].hasLeftForce = true
            visits["left force", default: 0] += 1
        }
    }

    private mutating func checkHistory(_ index: Int) {
        guard let last = rows[index].history.last, let before = rows[index].history.dropLast().last else { return }
        require(last.from == before.to, "8: an entry does not begin where the one before it ended")
    }

    private mutating func require(_ condition: Bool, _ invariant: String) {
        if !condition, broken == nil { broken = invariant }
    }

    private static func isOpen(_ consent: Consent) -> Bool {
        consent.deleted == nil && (consent.status == .awaiting || consent.status == .authorised)
    }
}

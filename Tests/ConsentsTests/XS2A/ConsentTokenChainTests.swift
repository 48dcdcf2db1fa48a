import Consents
import Crypto
import TestSupport
import Testing
import Text

/// One-time tokens: seed-contracts 6.6, rows SD-40 and SD-41.
struct ConsentTokenChainTests {
    private static let tokens = (0..<64).map { Fingerprint(of: WireText("token \($0)")) }

    /// The sample chain after its token with this number was made.
    private static func chain(at generation: Int, quota: UseQuota = .unused(at: .noon)) -> ConsentTokenChain {
        .sample(
            generation: generation,
            live: tokens[generation],
            preceding: generation > 1 ? tokens[generation - 1] : nil,
            quota: quota,
            version: generation
        )
    }

    private static func use(
        _ number: Int,
        by thirdParty: Identifier<ThirdParty> = "tpp-1",
        attended: Bool = true
    ) -> ConsentTokenUse {
        ConsentTokenUse(
            token: tokens[number],
            generation: number,
            successor: tokens[number + 1],
            thirdParty: thirdParty,
            isAttended: attended
        )
    }

    private static let minute = ConsentTokenPolicy(graceSeconds: 60)

    @Test func `SD-40 the living token is replaced by its successor, and its use is counted`() throws {
        let next = try Self.chain(at: 3).used(by: Self.use(3), under: ConsentTokenPolicy(), at: .noon + 5)
        #expect(next.generation == 4)
        #expect(next.live == Self.tokens[4])
        #expect(next.preceding == Self.tokens[3])
        #expect(next.rotated == .noon + 5)
        #expect(next.version == 4)
        #expect(next.quota.attended == 1)
        #expect(next.consent == "consent-1")
    }

    @Test func `SD-40 a token that was used is refused where there is no grace, even in the same second`() {
        let chain = Self.chain(at: 3)
        #expect(throws: ConsentTokenRefusal.used) {
            try chain.used(by: Self.use(2), under: ConsentTokenPolicy(), at: .noon)
        }
    }

    @Test(arguments: [(0, true), (59, true), (60, false), (-1, false), (86_400, false)])
    func `SD-41 the preceding token is accepted again for the seconds of the grace`(
        seconds: Int,
        isAccepted: Bool
    ) throws {
        let chain = Self.chain(at: 3)
        let repeated = Result { try chain.used(by: Self.use(2), under: Self.minute, at: .noon + seconds) }
        guard isAccepted else {
            #expect(throws: ConsentTokenRefusal.used) { try repeated.get() }
            return
        }
        let next = try repeated.get()
        #expect(next.live == chain.live)
        #expect(next.generation == chain.generation)
        #expect(next.preceding == chain.preceding)
        // The grace runs from the rotation: who repeats does not make it longer.
        #expect(next.rotated == chain.rotated)
        #expect(next.version == chain.version + 1)
        #expect(next.quota.attended == 1)
    }

    @Test func `SD-41 a token is refused inside the grace once its successor was used`() throws {
        let next = try Self.chain(at: 3).used(by: Self.use(3), under: Self.minute, at: .noon)
        #expect(throws: ConsentTokenRefusal.used) { try next.used(by: Self.use(2), under: Self.minute, at: .noon) }
        #expect(try next.used(by: Self.use(3), under: Self.minute, at: .noon).live == Self.tokens[4])
    }

    @Test(arguments: [2, 3])
    func `SD-41 another third party has no grace and no token`(number: Int) {
        let chain = Self.chain(at: 3)
        #expect(throws: ConsentTokenRefusal.invalid) {
            try chain.used(by: Self.use(number, by: "tpp-2"), under: Self.minute, at: .noon)
        }
    }

    @Test func `SD-41 a token of a number that the chain has not reached is none of it`() {
        #expect(throws: ConsentTokenRefusal.invalid) {
            try Self.chain(at: 3).used(by: Self.use(4), under: Self.minute, at: .noon)
        }
    }

    @Test func `SD-41 fetching the consent again replaces the living token, which has no grace`() throws {
        let again = Self.chain(at: 3).reopened(with: Self.tokens[20], at: .noon)
        #expect(again.generation == 4)
        #expect(again.version == 4)
        #expect(throws: ConsentTokenRefusal.used) { try again.used(by: Self.use(3), under: Self.minute, at: .noon) }
        #expect(throws: ConsentTokenRefusal.used) { try again.used(by: Self.use(2), under: Self.minute, at: .noon) }
        let use = ConsentTokenUse(
            token: Self.tokens[20],
            generation: 4,
            successor: Self.tokens[21],
            thirdParty: "tpp-1",
            isAttended: false
        )
        #expect(try again.used(by: use, under: Self.minute, at: .noon).live == Self.tokens[21])
    }

    @Test func `SD-40 SD-41 a hundred thousand random call sequences go as the model says`() {
        var generator = SeededGenerator(seed: 40)
        var counts: [Outcome: Int] = [:]
        for _ in 0..<100_000 {
            var model = Model(grace: Bool.random(using: &generator) ? 0 : Int.random(in: 1...60, using: &generator))
            var chain = Self.chain(at: 1)
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                model.now = model.now + Int.random(in: 0...40, using: &generator)
                let number = model.newest - ([-1, 0, 0, 0, 0, 1, 1, 2].randomElement(using: &generator) ?? 0)
                guard number >= 0 else { continue }
                let isOwn = Int.random(in: 0..<8, using: &generator) > 0
                let isAttended = Int.random(in: 0..<4, using: &generator) > 0
                let expected = model.use(number, isOwn: isOwn, isAttended: isAttended)
                let use = Self.use(number, by: isOwn ? "tpp-1" : "tpp-2", attended: isAttended)
                let outcome: Outcome
                do {
                    let policy = ConsentTokenPolicy(graceSeconds: model.grace, unattendedUses: 2, attendedUses: 5)
                    let next = try chain.used(by: use, under: policy, at: model.now)
                    outcome = next.live == chain.live ? .repeated : .rotated
                    // Whatever is accepted is answered with the one token that lives.
                    if next.live != use.successor {
                        Issue.record("The answer carries another token than the one that lives.")
                    }
                    chain = next
                } catch { outcome = Outcome(error) }
                if outcome != expected { Issue.record("\(outcome) for \(expected)") }
                counts[outcome, default: 0] += 1
            }
            if chain.live != Self.tokens[model.newest] { Issue.record("Another token lives than the newest.") }
        }
        // Every way that there is was gone, and often.
        #expect(Outcome.allCases.allSatisfy { counts[$0, default: 0] > 1_000 }, "\(counts)")
    }

    private enum Outcome: CaseIterable {
        case rotated
        case repeated
        case used
        case invalid
        case quotaSpent

        init(_ refusal: ConsentTokenRefusal) {
            self =
                switch refusal {
                case .invalid: .invalid
                case .used: .used
                case .quotaSpent: .quotaSpent
                }
        }
    }

    /// What the client may rely on, told from its side.
    private struct Model {
        let grace: Int
        var now = Timestamp.noon
        private(set) var newest = 1
        private var usedAt: Timestamp?
        private var uses = (attended: 0, unattended: 0)

        init(grace: Int) {
            self.grace = grace
        }

        mutating func use(_ number: Int, isOwn: Bool, isAttended: Bool) -> Outcome {
            guard isOwn, number <= newest else { return .invalid }
            let isLost = number == newest - 1 && usedAt.map { now.since($0) < grace } == true
            guard number == newest || isLost else { return .used }
            guard isAttended ? uses.attended < 5 : uses.unattended < 2 else { return .quotaSpent }
            if isAttended { uses.attended += 1 } else { uses.unattended += 1 }
            if isLost { return .repeated }
            newest += 1
            usedAt = now
            return .rotated
        }
    }
}

import AssentServer
import JOSE
import TestSupport
import Testing
import Text

struct KeyLifeCycleTests {
    private let cycle = KeyLifeCycle(announcementSeconds: 3_600)
    private let first = KeyName(.signing(.es256), 1)
    private let second = KeyName(.signing(.es256), 2)
    private let third = KeyName(.signing(.es256), 3)

    private func decide(
        _ names: [KeyName],
        _ stages: [KeyName: KeyStage]?,
        urgent: Set<KeyName> = [],
        required: Set<Algorithm> = [],
        cycle: KeyLifeCycle? = nil,
        at now: Timestamp
    ) -> KeyLifeCycle.Decision {
        (cycle ?? self.cycle).decide(names, urgent: urgent, stages: stages, required: required, at: now)
    }

    @Test func `where nothing was kept the newest key signs, and the others are published`() {
        let decision = decide([first, second], nil, at: .noon)
        #expect(decision.stages[second] == KeyStage(.current, since: .noon))
        #expect(decision.stages[first]?.phase == .superseded)
        #expect(decision.retiring.isEmpty && decision.making.isEmpty)
    }

    @Test func `JO-26 a new key is announced, then signs, and the old one stays until its last token is over`() {
        var stages = decide([first], nil, at: .noon).stages
        stages = decide([first, second], stages, at: .noon + 10).stages
        #expect(stages[second] == KeyStage(.announced, since: .noon + 10, until: .noon + 3_610))
        #expect(stages[first]?.phase == .current)
        stages = decide([first, second], stages, at: .noon + 3_609).stages
        #expect(stages[first]?.phase == .current && stages[second]?.phase == .announced)
        stages = decide([first, second], stages, at: .noon + 3_610).stages
        #expect(stages[second] == KeyStage(.current, since: .noon + 3_610))
        let over = Timestamp.noon + 3_610 + Limits.keyRetentionSeconds
        #expect(stages[first] == KeyStage(.superseded, since: .noon + 3_610, until: over))
        #expect(decide([first, second], stages, at: over - 1).retiring == [])
        let end = decide([first, second], stages, at: over)
        #expect(end.retiring == [first])
        #expect(end.stages[first] == nil && end.stages[second]?.phase == .current)
    }

    @Test func `JO-26 ST-50 a clock that is set back takes nothing back`() {
        let stages: [KeyName: KeyStage] = [
            first: KeyStage(.superseded, since: .noon, until: .noon + 90_000),
            second: KeyStage(.current, since: .noon),
            third: KeyStage(.announced, since: .noon + 100, until: .noon + 3_700),
        ]
        let decision = decide([first, second, third], stages, at: .noon - Timestamp.days(365))
        #expect(decision.stages == stages)
        #expect(decision.retiring.isEmpty)
    }

    @Test func `a key for now signs at once, and the one before it is published on`() {
        let stages = decide([first], nil, at: .noon).stages
        let next = decide([first, second], stages, urgent: [second], at: .noon + 5).stages
        #expect(next[second] == KeyStage(.current, since: .noon + 5))
        #expect(next[first]?.phase == .superseded)
        // The mark of a key whose stage is known says nothing any more.
        let announced: [KeyName: KeyStage] = [
            first: KeyStage(.current, since: .noon),
            second: KeyStage(.announced, since: .noon, until: .noon + 3_600),
        ]
        #expect(decide([first, second], announced, urgent: [second], at: .noon + 5).stages == announced)
    }

    @Test func `of two announced keys the newer one takes over, and the other never signs`() {
        let stages: [KeyName: KeyStage] = [
            first: KeyStage(.current, since: .noon),
            second: KeyStage(.announced, since: .noon, until: .noon + 3_600),
            third: KeyStage(.announced, since: .noon, until: .noon + 3_600),
        ]
        let next = decide([first, second, third], stages, at: .noon + 3_600).stages
        #expect(next[third]?.phase == .current)
        #expect(next[second]?.phase == .superseded && next[first]?.phase == .superseded)
    }

    @Test func `an old key that is put back is published and does not sign`() {
        let stages = [second: KeyStage(.current, since: .noon)]
        let next = decide([first, second], stages, at: .noon + 5).stages
        #expect(next[first]?.phase == .superseded && next[second]?.phase == .current)
    }

    @Test func `where the key in use was taken away the one before it signs again`() {
        let stages: [KeyName: KeyStage] = [
            first: KeyStage(.superseded, since: .noon, until: .noon + 90_000),
            second: KeyStage(.current, since: .noon),
            third: KeyStage(.announced, since: .noon, until: .noon + 3_600),
        ]
        let next = decide([first, third], stages, at: .noon + 5).stages
        #expect(next[first]?.phase == .current && next[third]?.phase == .announced)
    }

    @Test func `the first key of another algorithm is announced as well, unless somebody is registered for it`() {
        let other = KeyName(.signing(.ps256), 1)
        let stages = [first: KeyStage(.current, since: .noon)]
        #expect(decide([first, other], stages, at: .noon + 5).stages[other]?.phase == .announced)
        let required = decide([first, other], stages, required: [.ps256], at: .noon + 5)
        #expect(required.stages[other]?.phase == .current)
    }

    @Test func `JO-26 a key for opening opens before it is offered, and the one before it opens on`() {
        let (old, new) = (KeyName(.opening(.ecdhES), 1), KeyName(.opening(.ecdhES), 2))
        let stages = decide([old, new], [old: KeyStage(.current, since: .noon)], at: .noon + 5).stages
        #expect(stages[new] == KeyStage(.announced, since: .noon + 5, until: .noon + 3_605))
        #expect(stages[old]?.phase == .current)
        let next = decide([old, new], stages, at: .noon + 3_605).stages
        #expect(next[new]?.phase == .current && next[old]?.phase == .superseded)
    }

    @Test func `JO-26 by schedule a successor is made early enough to be announced, and once`() {
        let daily = KeyLifeCycle(announcementSeconds: 3_600, rotationSeconds: 86_400)
        let opening = KeyName(.opening(.ecdhES), 1)
        let stages = [first: KeyStage(.current, since: .noon), opening: KeyStage(.current, since: .noon)]
        #expect(decide([first, opening], stages, cycle: daily, at: .noon + 82_799).making == [])
        #expect(
            decide([first, opening], stages, cycle: daily, at: .noon + 82_800).making == [first.kind, opening.kind]
        )
        #expect(decide([first, opening], stages, at: .noon + Timestamp.days(3_650)).making == [])
        // The one that was made is announced, and no other is made beside it.
        let next = decide([first, second], [first: KeyStage(.current, since: .noon)], cycle: daily, at: .noon + 82_800)
        #expect(next.making == [] && next.stages[second]?.until == .noon + 86_400)
    }

    @Test func `stages are read back as they were kept, and nothing else is taken for them`() {
        let stages: [KeyName: KeyStage] = [
            first: KeyStage(.superseded, since: .noon, until: .noon + 90_000),
            KeyName(.opening(.rsaOAEP256), 12): KeyStage(.current, since: .noon),
        ]
        #expect(KeyStages.read(KeyStages.document(stages)) == stages)
        #expect(KeyStages.read(KeyStages.document([:])) == [:])
        let wrong = [
            "", "[]", #"{"x.pem":{}}"#, #"{"es256-1.pem":{"phase":"current"}}"#,
            #"{"es256-1.pem":{"phase":"gone","since":"2026-01-01T00:00:00Z"}}"#,
            #"{"es256-1.pem":{"phase":"current","since":"2026-01-01T00:00:00Z","until":5}}"#,
        ]
        for document in wrong { #expect(KeyStages.read(Array(document.utf8)) == nil, "\(document)") }
    }

    @Test func `a file is a key by one spelling of its name`() {
        #expect(KeyName(file: "rsa-oaep-256-3.pem") == KeyName(.opening(.rsaOAEP256), 3))
        #expect(KeyName(file: "es256-1.pem")?.file == "es256-1.pem")
        for file in [
            "es256-01.pem", "es256-+1.pem", "es256-0.pem", "hs256-1.pem", "es256.pem", "-1.pem", "ES256-1.pem",
            "es256-1.now",
        ] {
            #expect(KeyName(file: file) == nil, "\(file)")
        }
    }
}

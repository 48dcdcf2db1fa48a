import AssentServer
import Crypto
import Foundation
import JOSE
import OAuth
import Telemetry
import TestSupport
import Testing
import Text

/// Keys in a real folder, a server that may be killed, and verifiers that look at our keys as rarely as they may.
struct KeyRotationTests {
    private let folder: URL
    private let keys: KeyFolder
    private let log = Log(to: 2, level: .off)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)")
        keys = KeyFolder(path: folder.path)
        _ = try keys.make(.signing(.es256))
    }

    private func rotation(_ cycle: KeyLifeCycle = KeyLifeCycle(announcementSeconds: 600)) -> KeyRotation {
        KeyRotation(keys, cycle, log: log)
    }

    /// A server that starts.
    private func start(_ rotation: KeyRotation, at now: Timestamp) throws -> KeyRing {
        let plan = try rotation.plan(required: [.es256], at: now)
        try rotation.keep(plan)
        return KeyRing(plan.keys)
    }

    private func published(_ ring: KeyRing) throws -> JWKSet { try JWKSet(ring.publicDocument) }

    private func keyID(_ token: WireText) throws -> WireText? { try JWS(token).header.keyID }

    private func token(_ ring: KeyRing, at now: Timestamp) throws -> WireText {
        let claims: JSON = [
            "iss": .text(Issuer.sample.text), "aud": .text(Issuer.sample.text), "sub": "tpp-1", "client_id": "tpp-1",
            "jti": "t", "iat": .integer(now.seconds), "exp": .integer(now.seconds + 3_600),
        ]
        return try ring.sign(try #require(AccessToken(claims: claims)))
    }

    private func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }

    @Test func `JO-26 nobody who keeps our keys as long as they may meets one that they do not know`() throws {
        let daily = KeyLifeCycle(announcementSeconds: 600, rotationSeconds: 86_400)
        var random = SeededGenerator(seed: 26)
        var rotation = rotation(daily)
        var ring = try start(rotation, at: .noon)
        var caches: [(keys: JWKSet, fetched: Timestamp)] = []
        var alive: [(token: WireText, expires: Timestamp)] = []
        var seen: Set<WireText> = []
        var now = Timestamp.noon
        while now < .noon + Timestamp.days(4) {
            // Twenty verifiers, of which each looks again when its copy is over, and never before.
            for index in 0..<20 {
                if index >= caches.count {
                    caches.append((try published(ring), now))
                } else if now.since(caches[index].fetched) > Limits.keySetSeconds {
                    // It counts from when the answer came, which is later than when it was made.
                    caches[index] = (try published(ring), now + Int.random(in: 0...20, using: &random))
                }
            }
            let fresh = try token(ring, at: now)
            let kid = try #require(try keyID(fresh))
            seen.insert(kid)
            #expect(caches.allSatisfy { $0.keys.keys.contains { $0.keyID == kid } })
            let cache = try #require(caches.randomElement(using: &random))
            _ = try JWT(fresh, signedBy: cache.keys, allowing: [.es256])
            alive.append((fresh, now + 3_600))
            alive.removeAll { $0.expires <= now }
            // What was signed before still verifies, by us and by whoever looks now.
            let oldest = try #require(alive.first)
            #expect(ring.verifyAccessToken(oldest.token, issuer: .sample) != nil)
            _ = try JWT(oldest.token, signedBy: try published(ring), allowing: [.es256])
            now = now + 60
            switch Int.random(in: 0..<40, using: &random) {
            case 0:
                // Killed, and started again some minutes later.
                now = now + Int.random(in: 0..<900, using: &random)
                rotation = self.rotation(daily)
                ring = try start(rotation, at: now)
            // Somebody set the clock back for one round.
            case 1: rotation.turn(ring, at: now - Int.random(in: 0..<100_000, using: &random))
            default: rotation.turn(ring, at: now)
            }
        }
        #expect(seen.count == 4)
        #expect(try names().contains("retired"))
    }

    @Test func `JO-26 a key that a command made is announced by the running server, and signs when its time has come`()
        throws
    {
        let rotation = rotation()
        let ring = try start(rotation, at: .noon)
        let before = try keyID(try token(ring, at: .noon))
        let made = try keys.make(.signing(.es256))
        rotation.turn(ring, at: .noon + 15)
        #expect(Set(try published(ring).keys.compactMap(\.keyID)) == [try #require(before), made.keyID])
        #expect(try keyID(try token(ring, at: .noon + 15)) == before)
        rotation.turn(ring, at: .noon + 614)
        #expect(try keyID(try token(ring, at: .noon + 614)) == before)
        rotation.turn(ring, at: .noon + 615)
        #expect(try keyID(try token(ring, at: .noon + 615)) == made.keyID)
        #expect(try published(ring).keys.count == 2)
        rotation.turn(ring, at: .noon + 615 + Limits.keyRetentionSeconds)
        #expect(try published(ring).keys.compactMap(\.keyID) == [made.keyID])
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "retired/es256-1.pem").path))
        #expect(try keys.make(.signing(.es256)).name.number == 3)
    }

    @Test func `two who fill one folder at once make one key of each kind`() async throws {
        let keys = keys
        let made = await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { (try? keys.fill([.signing(.edDSA), .opening(.ecdhES)]).count) ?? 99 }
            }
            return await group.reduce(0, +)
        }
        #expect(made == 2)
        #expect(try keys.names().count == 3)
    }

    @Test func `JO-26 two servers on one folder make one successor between them, and agree on how far it is`()
        async throws
    {
        let daily = KeyLifeCycle(announcementSeconds: 600, rotationSeconds: 86_400)
        let rotations = [rotation(daily), rotation(daily)]
        let rings = try rotations.map { try start($0, at: .noon) }
        for day in 1...3 {
            for second in [-600, 0, 15] {
                let now = Timestamp.noon + (day * 86_400 + second)
                await withTaskGroup { group in
                    for (rotation, ring) in zip(rotations, rings) { group.addTask { rotation.turn(ring, at: now) } }
                }
                #expect(try keys.names().filter { $0.kind == .signing(.es256) }.map(\.number).max() == 1 + day)
                // Whatever one of them signs by now, the other publishes after its next look.
                for (rotation, ring) in zip(rotations, rings) { rotation.turn(ring, at: now) }
                let signing = try Set(rings.map { try keyID(try token($0, at: now)) })
                #expect(signing.count == 1)
            }
        }
    }

    @Test func `the running server takes in a new key by itself`() async throws {
        let rotation = rotation()
        let ring = try start(rotation, at: .noon)
        let house = try SampleHouse(store: MemoryStore(), keys: ring).house
        let made = try keys.make(.signing(.es256))
        await Housekeeping(house, keys: rotation).round()
        #expect(try published(ring).keys.contains { $0.keyID == made.keyID })
        #expect(try keys.stages()?[made.name]?.phase == .announced)
    }

    @Test func `a key for now signs in the next round, and its mark goes`() throws {
        let rotation = rotation()
        let ring = try start(rotation, at: .noon)
        let made = try keys.make(.signing(.es256), isUrgent: true)
        #expect(try names().contains("es256-2.now"))
        rotation.turn(ring, at: .noon + 15)
        #expect(try keyID(try token(ring, at: .noon + 15)) == made.keyID)
        #expect(try published(ring).keys.count == 2)
        #expect(try !names().contains("es256-2.now"))
    }

    @Test func `JO-26 ST-10 killed between any two steps, the keys are as they were or as they shall be`() throws {
        // The mark of a key that was never made: its number is not taken by one that is to be announced.
        try Data().write(to: folder.appending(path: "es256-2.now"))
        let rotation = rotation()
        let ring = try start(rotation, at: .noon)
        let made = try keys.make(.signing(.es256))
        #expect(made.name.number == 3)
        let restarted = try start(self.rotation(), at: .noon + 10)
        #expect(try keyID(try token(restarted, at: .noon + 10)) != made.keyID)

        // Kept as announced, and never shown by the one that was killed.
        let again = try start(self.rotation(), at: .noon + 20)
        #expect(try published(again).keys.count == 2)
        rotation.turn(ring, at: .noon + 700)
        #expect(try keyID(try token(ring, at: .noon + 700)) == made.keyID)

        // Put aside, and its stage not yet forgotten.
        try keys.retire(KeyName(.signing(.es256), 1))
        let last = try start(self.rotation(), at: .noon + 710)
        #expect(try published(last).keys.compactMap(\.keyID) == [made.keyID])
        #expect(try keys.stages()?.count == 1)

        // A draft that was never put in place.
        try Data("half".utf8).write(to: folder.appending(path: "es256-4.pem.77.new"))
        #expect(try published(try start(self.rotation(), at: .noon + 720)).keys.count == 1)
    }

    @Test
    func `a file that is no key changes nothing, and a folder that cannot be written leaves the keys as they are`()
        throws
    {
        let rotation = rotation()
        let ring = try start(rotation, at: .noon)
        let before = ring.publicDocument
        let wrong = folder.appending(path: "es256-2.pem")
        try Data("no key".utf8).write(to: wrong)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: wrong.path)
        rotation.turn(ring, at: .noon + 15)
        rotation.turn(ring, at: .noon + 700)
        #expect(ring.publicDocument == before)
        #expect(try keys.stages()?.count == 1)
        try FileManager.default.removeItem(at: wrong)
        try Data("{".utf8).write(to: folder.appending(path: "stages.json"))
        #expect(throws: KeyFolder.Failure.self) { try self.rotation().plan(required: [], at: .noon) }
    }

    @Test func `access tokens change their algorithm when a key of it signs, and those of before still verify`() throws
    {
        let before = try start(rotation(), at: .noon)
        let old = try token(before, at: .noon)
        let changing = KeyRotation(keys, KeyLifeCycle(announcementSeconds: 600), accessTokens: .edDSA, log: log)
        #expect(throws: KeyFolder.Failure.self) { try changing.plan(required: [.es256], at: .noon) }
        _ = try keys.make(.signing(.edDSA))
        let ring = try start(changing, at: .noon + 10)
        #expect(try JWS(try token(ring, at: .noon + 10)).header.algorithm == .es256)
        changing.turn(ring, at: .noon + 610)
        let new = try token(ring, at: .noon + 610)
        #expect(try JWS(new).header.algorithm == .edDSA)
        for token in [old, new] { #expect(ring.verifyAccessToken(token, issuer: .sample) != nil) }
    }

    @Test func `a folder is filled with what a server needs, and what is there is left alone`() throws {
        let made = try keys.fill([.signing(.es256), .signing(.edDSA), .opening(.ecdhES)])
        #expect(made.map(\.name.file) == ["eddsa-1.pem", "ecdh-es-1.pem"])
        #expect(try keys.fill([.signing(.es256)]).isEmpty)
        let ring = try start(rotation(), at: .noon)
        #expect(ring.encryptions == [.ecdhES])
        let offered = try published(ring).keys.filter { $0.use == .encryption }
        #expect(offered.count == 1)
        let sealed = try JWE.encrypt("a.b.c", to: try #require(offered.first), .ecdhES, .a128GCM, entropy: .system)
        #expect(try ring.decrypt(sealed).text == "a.b.c")
        // The successor opens, and is offered by nobody yet; then it is offered alone, and what was encrypted still opens.
        _ = try keys.make(.opening(.ecdhES))
        let next = try start(rotation(), at: .noon + 5)
        #expect(try published(next).keys.filter { $0.use == .encryption } == offered)
        let last = try start(rotation(), at: .noon + 3_605)
        let successors = try published(last).keys.filter { $0.use == .encryption }
        #expect(successors.count == 1 && successors != offered)
        #expect(try last.decrypt(sealed).text == "a.b.c")
    }

    @Test func `JO-26 what one server offers to encrypt to, another one on the folder can open`() throws {
        _ = try keys.fill([.signing(.es256), .opening(.ecdhES)])
        let (turning, other) = (rotation(), rotation())
        let (first, second) = (try start(turning, at: .noon), try start(other, at: .noon))
        _ = try keys.make(.opening(.ecdhES))
        for seconds in [15, 615, 630] {
            // The other one looks up to fifteen seconds later.
            turning.turn(first, at: .noon + seconds)
            let offered = try #require(try published(first).keys.first { $0.use == .encryption })
            let sealed = try JWE.encrypt("a.b.c", to: offered, .ecdhES, .a128GCM, entropy: .system)
            #expect(try second.decrypt(sealed).text == "a.b.c")
            other.turn(second, at: .noon + seconds + 14)
        }
        #expect(try published(second).keys == published(first).keys)
    }
}

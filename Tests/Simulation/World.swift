import AssentServer
import Consents
import Crypto
import Foundation
import HTTP
import Net
import OAuth
import Storage
import TestSupport
import Text

/// Servers, their store, a network, third parties and people in one thread: what happens next follows from a seed.
///
/// Everything but the hash of a password happens on one `Lane`, between two steps of `run`.
final class World: @unchecked Sendable {
    let plan: WorldPlan
    let faults: Set<Fault>
    let truth = MemoryStore()
    private(set) lazy var oracle = Oracle(self)
    private(set) var servers: [Server] = []
    private let lane = Lane()

    /// What can happen next; which of it does is drawn.
    private var events: [() -> Void] = []
    private var schedule: SeededGenerator
    private var trouble: SeededGenerator
    private let tokens: Entropy

    /// What has happened so far.
    private(set) var step = 0
    private(set) var requests = 0
    private(set) var counts: [String: Int] = [:]
    private(set) var violation: String?
    /// Changes with everything that was answered, so that two runs can be compared.
    private(set) var digest: UInt64 = 14_695_981_039_346_656_037
    private(set) var story: [String] = []

    /// Nothing is broken any more, and everything must come to an end.
    private(set) var isCalm = false
    private var running = 0
    private var turns = 0
    var actors = 0
    var stuck: [CheckedContinuation<Void, Never>] = []

    // MARK: Time

    /// Milliseconds since the beginning, which nobody can set.
    private(set) var uptime: Int64 = 0
    /// By how much the machine's time of day is off.
    private var offset: Int64 = 0
    /// The latest time that the store has been told.
    var seen = Timestamp.noon

    var wall: Timestamp { Timestamp(Timestamp.noon.seconds + uptime / 1_000 + offset) }

    init(_ plan: WorldPlan) throws {
        self.plan = plan
        faults = plan.faults
        schedule = SeededGenerator(seed: plan.seed &* 4 &+ 1)
        trouble = SeededGenerator(seed: plan.seed &* 4 &+ 2)
        tokens = .counted(from: plan.seed << 32 | 1)
        for index in 0..<(faults.contains(.two) ? 2 : 1) { servers.append(try start(index)) }
        try Cast.open(in: self)
    }

    /// Goes on until enough has been asked and all of it answered, or until something is wrong.
    func run() {
        for index in 0..<Cast.journeys { act { await Journey(self, index).run() } }
        if faults.contains(.stranger) { act { await Stranger(self).run() } }
        settle()
        while requests < plan.requests, violation == nil {
            guard happen() else { return fail("nothing happens any more, and \(actors) wait") }
        }
        calm()
    }

    /// The faults end: everything under way must end as well, whole journeys succeed, and nothing stays for ever.
    private func calm() {
        guard violation == nil else { return }
        isCalm = true
        offset = max(offset, (servers.map(\.clock.now).max() ?? wall).since(wall) + offset)
        for server in servers where server.isDown { try? restart(server.index) }
        var left = 100_000
        while !events.isEmpty, violation == nil, left > 0 {
            _ = happen()
            left -= 1
        }
        guard violation == nil else { return }
        guard actors == 0, running == 0 else {
            return fail("the faults have ended, and \(running) requests of \(actors) are not answered")
        }
        act { await Journey(self, Cast.journeys).runInCalm() }
        settle()
        while !events.isEmpty, violation == nil { _ = happen() }
        guard violation == nil else { return }
        oracle.look(at: truth)
        // What is over does not stay.
        uptime += 200 * 86_400_000
        for server in servers { act { [self] in await house(of: server).round() } }
        settle()
        while !events.isEmpty, violation == nil { _ = happen() }
        guard violation == nil else { return }
        if truth.passingRows > 0 { fail("\(truth.passingRows) rows stay for ever") }
        oracle.look(at: truth)
    }

    /// One step: one of the events that are possible now.
    private func happen() -> Bool {
        if !isCalm { disturb() }
        guard !events.isEmpty else { return false }
        let index = draw(&schedule, events.count)
        events.swapAt(index, events.count - 1)
        let event = events.removeLast()
        uptime += Int64(draw(&schedule, 32))
        event()
        settle()
        step += 1
        return true
    }

    /// Runs everything until it waits for a turn.
    private func settle() {
        lane.run()
        // Whoever neither waits for a turn nor has ended waits for the hash of a password.
        while running > turns + stuck.count {
            lane.wait()
            lane.run()
        }
    }

    func fail(_ sentence: String) {
        guard violation == nil else { return }
        violation = sentence
        tell("VIOLATION: \(sentence)")
    }

    func tell(_ sentence: @autoclosure () -> String) {
        guard plan.isTold else { return }
        story.append("\(step) \(wall.rfc3339) \(sentence())")
    }

    func count(_ name: String) { counts[name, default: 0] += 1 }

    func later(_ event: @escaping () -> Void) { events.append(event) }

    private func act(_ body: @escaping @Sendable () async -> Void) {
        actors += 1
        Task(executorPreference: lane) { [self] in
            await body()
            actors -= 1
        }
    }

    private func draw(_ generator: inout SeededGenerator, _ count: Int) -> Int {
        Int(generator.next(upperBound: UInt64(count)))
    }

    // MARK: Trouble

    private func chance(_ fault: Fault, oneIn count: Int) -> Bool {
        guard faults.contains(fault), !isCalm else { return false }
        guard draw(&trouble, count) == 0 else { return false }
        counts[fault.rawValue, default: 0] += 1
        return true
    }

    private func disturb() {
        if chance(.crash, oneIn: 1_500) { crash(draw(&trouble, servers.count)) }
        if chance(.clock, oneIn: 3_000) {
            let jumps: [Int64] = [-86_400, -3_600, -299, -61, -10, -1, 1, 30, 59, 61, 600, 3_600, 86_400]
            let jump = jumps[draw(&trouble, jumps.count)]
            // Half of the time it comes right again, as the servers see it: they never go back.
            let latest = servers.map(\.clock.now).max() ?? wall
            offset += draw(&trouble, 2) == 0 ? latest.since(wall) : jump
            tell("the clock is set: \(offset) s off")
        }
        if chance(.pause, oneIn: 4_000) {
            let pauses: [Int64] = [2, 30, 61, 300, 601, 1_201, 1_801, 7_200, 90_000]
            uptime += pauses[draw(&trouble, pauses.count)] * 1_000
            tell("some time passes")
        }
        if step % 1_024 == 1_023 {
            for server in servers where !server.isDown {
                running += 1
                Task(executorPreference: lane) { [self] in
                    await house(of: server).round()
                    running -= 1
                }
            }
        }
    }

    private func house(of server: Server) -> Housekeeping { Housekeeping(server.house) }

    private func crash(_ index: Int) {
        let server = servers[index]
        guard !server.isDown else { return }
        tell("server \(index) dies")
        server.store.isDead = true
        server.isDown = true
        later { [self] in if servers[index].isDown { try? restart(index) } }
    }

    private func restart(_ index: Int) throws {
        servers[index] = try start(index)
        tell("server \(index) is back")
    }

    private func start(_ index: Int) throws -> Server {
        let server = try Server(index, self, SimulatedStore(self, truth), tokens)
        // As the program does with what it finds in its database.
        if plan.plant != .youth { server.clock.require(atLeast: seen) }
        server.floor = max(seen, wall)
        server.floorUptime = uptime
        return server
    }

    // MARK: The store's turns

    enum Turn {
        case read, write, acknowledge
    }

    /// Waits until the disk has done it, or has not.
    func turn(_ kind: Turn) async -> StoreFailure? {
        turns += 1
        return await withCheckedContinuation { continuation in
            later { [self] in
                turns -= 1
                continuation.resume(returning: failure(of: kind))
            }
        }
    }

    private func failure(of kind: Turn) -> StoreFailure? {
        switch kind {
        case .read:
            return chance(.failure, oneIn: 400) ? .inputOutput : nil
        case .write:
            guard chance(.failure, oneIn: 60) else { return nil }
            let failures: [StoreFailure] = [.busy, .full, .inputOutput, .readOnly, .overloaded]
            return failures[draw(&trouble, failures.count)]
        case .acknowledge:
            return chance(.unknown, oneIn: 60) ? .inputOutput : nil
        }
    }

    // MARK: The network

    /// Sends a request, and waits for its answer; `nil` where none comes.
    func send(_ call: Call) async -> Response? {
        await withCheckedContinuation { continuation in
            let ticket = Ticket(continuation)
            later { [self] in deliver(call, ticket) }
            if chance(.duplicate, oneIn: 12) { later { [self] in deliver(call, nil) } }
        }
    }

    /// Somebody takes their time.
    func rest() async {
        await withCheckedContinuation { continuation in later { continuation.resume() } }
    }

    private func deliver(_ call: Call, _ ticket: Ticket?) {
        let server = servers[draw(&schedule, servers.count)]
        if server.isDown || chance(.loss, oneIn: 60) { return lose(ticket) }
        server.floor = max(server.floorNow(uptime), wall)
        server.floorUptime = uptime
        let began = Began(step: step, time: server.clock.now, floor: server.floor)
        oracle.begin(call)
        tell("\(server.index) <- \(call.request.method.token) \(call.request.path) \(call.meaning)")
        running += 1
        Task(executorPreference: lane) { [self] in
            let response = await server.application.respond(to: call.request)
            running -= 1
            requests += 1
            guard !server.store.isDead else { return lose(ticket) }
            digest = (digest ^ UInt64(response.status.code)) &* 1_099_511_628_211
            digest = (digest ^ UInt64(requests)) &* 1_099_511_628_211
            let answer = planted(response)
            tell("\(server.index) -> \(answer.status.code) \(call.meaning) \(Story.gist(of: answer))")
            oracle.observe(call, answer, began, server)
            if chance(.loss, oneIn: 60) { return lose(ticket) }
            later { ticket?.arrive(answer) }
        }
    }

    private func lose(_ ticket: Ticket?) { later { ticket?.arrive(nil) } }

    // MARK: Browsers

    private var jars = Cast.people.indices.map { [(name: WireText("__Host-assent-session"), value: Cast.cookie($0))] }
    /// Pages that somebody was shown, for the stranger.
    private(set) var pages: [(path: String, token: WireText, party: Int)] = []

    func cookies(of browser: Int) -> WireText {
        WireText(jars[browser].map { "\($0.name)=\($0.value)" }.joined(separator: "; "))
    }

    func keepCookies(of response: Response, in browser: Int) {
        for line in response.fields.all(.setCookie) {
            let parts = line.string.prefix { $0 != ";" }.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard parts.count == 2 else { continue }
            let name = WireText(String(parts[0]))
            jars[browser].removeAll { $0.name == name }
            if !line.string.contains("Max-Age=0") { jars[browser].append((name, WireText(String(parts[1])))) }
        }
    }

    func remember(page path: String, _ token: WireText, of party: Int) { pages.append((path, token, party)) }

    // MARK: Planted mistakes

    private var strayed: [FieldValue] = []

    private func planted(_ response: Response) -> Response {
        var response = response
        switch plan.plant {
        case .otherTarget:
            guard let location = response.fields.first(.location), location.hasPrefix("https://c1.") else { break }
            let other = WireText(location.string.replacing("https://c1.", with: "https://c0."))
            response.fields.set(.location, FieldValue(other) ?? "")
        case .otherBrowser:
            let cookies = response.fields.all(.setCookie).compactMap { FieldValue($0) }
            guard !cookies.isEmpty else { break }
            for cookie in strayed { response.fields.append(.setCookie, cookie) }
            strayed = cookies
        default: break
        }
        return response
    }

    func planted(_ changes: [Storage.Change]) -> [Storage.Change] {
        guard let plant = plan.plant else { return changes }
        return changes.compactMap { change in
            switch (plant, change) {
            case (.codeTwice, .oauth(.spendCode)), (.refreshTwice, .oauth(.spendRefreshToken)),
                (.assertionTwice, .oauth(.spendAssertion)), (.referenceTwice, .oauth(.spendPushedRequest)),
                (.deafRevocation, .oauth(.revokeFamily)), (.deafRevocation, .oauth(.revokeAccessToken)):
                return nil
            case (.deafDeletion, .consent(.replace(let consent, _))) where consent.deleted != nil: return nil
            case (.lostDecision, .consent(.replace(let consent, _)))
            where consent.authorisation != nil && consent.deleted == nil && requests % 8 == 0:
                return nil
            case (.otherAccounts, .consent(.replace(var consent, let revision))):
                guard let given = consent.authorisation, requests % 8 == 0 else { return change }
                consent.authorisation = Authorisation(
                    person: given.person,
                    accounts: given.accounts + ["bert-card"],
                    given: given.given
                )
                return .consent(.replace(consent, revision))
            default: return change
            }
        }
    }
}

/// When a request reached a server.
struct Began {
    let step: Int
    /// As the server sees it.
    let time: Timestamp
    /// As late as it must be for the server.
    let floor: Timestamp
}

/// A server without a socket.
final class Server: @unchecked Sendable {
    let index: Int
    let store: SimulatedStore
    let clock: Clock
    let house: House
    let application: Application
    var isDown = false
    /// It is at least so late for it, and was so much later since: found out without its clock.
    var floor = Timestamp.noon
    var floorUptime: Int64 = 0

    init(_ index: Int, _ world: World, _ store: SimulatedStore, _ tokens: Entropy) throws {
        self.index = index
        self.store = store
        clock = Clock { [unowned world] in
            Clock.Reading(time: world.wall, uptimeMilliseconds: world.uptime)
        }
        house = try Cast.house(store, clock, tokens)
        application = try Composition.application(house, isSandbox: true)
    }

    func floorNow(_ uptime: Int64) -> Timestamp { floor + Int((uptime - floorUptime) / 1_000) }
}

/// Where an answer goes, once.
final class Ticket: @unchecked Sendable {
    private var continuation: CheckedContinuation<Response?, Never>?

    init(_ continuation: CheckedContinuation<Response?, Never>) {
        self.continuation = continuation
    }

    func arrive(_ response: Response?) {
        continuation?.resume(returning: response)
        continuation = nil
    }
}

enum Story {
    /// What can be said of an answer in a line.
    static func gist(of response: Response) -> String {
        if let location = response.fields.first(.location) { return location.string }
        if response.body.count < 400 { return String(decoding: response.body, as: UTF8.self) }
        return "\(response.body.count) bytes"
    }
}

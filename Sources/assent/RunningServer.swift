import AssentServer
import CLinux
import Crypto
import HTTP
import JOSE
import Net
import OAuth
import Storage
import StorageSQLite
import Synchronization
import Telemetry
import Text

/// A house that has been built and listens, until a signal ends it.
struct RunningServer {
    let setup: Setup
    let house: House
    private let store: any RunningStore
    /// The store where it is a file that is looked at whole while it is in use.
    private let unchecked: SQLiteStore?
    private let server: HTTPServer
    /// Health and metrics, answered until everything else is over.
    private let operations: HTTPServer?
    private let health: Health
    private let gauges: Gauges
    private let housekeeping: Housekeeping
    private let rotation: KeyRotation
    private let signals: Signals
    private let group: LoopGroup
    private let resolver: Resolver
    /// What was found wrong in the database while it was in use.
    private let damage = Damage()

    private final class Damage: Sendable {
        let sentence = Mutex<String?>(nil)
    }

    static let acceptClock = Option(
        "accept-clock",
        nil,
        "believes a clock that is behind the last time seen; ends all codes, tokens and sessions"
    )

    /// Reads everything, and listens only when all of it is well.
    ///
    /// - Parameters:
    ///   - acceptsClock: Whether the machine's clock is right even where the database has seen a later time.
    ///   - beside: Further listeners, such as the third party of the sandbox.
    init(
        _ setup: Setup,
        log: Log,
        acceptsClock: Bool = false,
        beside: @Sendable (LoopGroup) throws(CommandFailure) -> [HTTPServer.Endpoint] = { _ in [] }
    ) async throws(CommandFailure) {
        self.setup = setup
        try Libraries.require(log: log)
        // What takes longest is read beside everything else.
        async let reading = Result { () throws(CommandFailure) in try Self.pages(setup) }
        let clock = Clock.system()
        let clients = try setup.clients.read()
        try setup.outbound.requireReach(of: clients)
        rotation = KeyRotation(setup.keys, setup.keyLifeCycle, accessTokens: setup.accessTokenAlgorithm, log: log)
        // Looked at before anything is opened, and again once it is known how late it is.
        _ = try Self.keys(setup, clients, rotation, at: clock.now)
        let authorities = try Self.authorities(setup, clients)
        let formKey = try Self.formKey(setup)
        let subjectKey = try Self.subjectKey(setup)
        let clientSecrets = try Self.clientSecrets(setup, clients)
        let people = try setup.people.read()
        let pages = try await reading.get()
        let registering = try setup.registering?.read(try setup.directory?.read())
        let trusted = try Self.trusted(setup, clients)
        do {
            signals = try Signals()
            group = try LoopGroup()
            let workers = try WorkerPool(count: Self.passwordWorkers, limit: Limits.passwordQueue)
            resolver = Resolver(on: try WorkerPool(count: 1, limit: 8))
            let opened = try await OpenedStore(
                setup.database,
                clock,
                log,
                acceptsClock: acceptsClock,
                readers: group.loops.count + 1
            )
            store = opened.store
            unchecked = opened.unchecked
            clock.require(atLeast: opened.seen)
            let keys = try Self.keys(setup, clients, rotation, at: clock.now)
            Self.keep(keys, rotation, log)
            house = House(
                issuer: setup.issuer,
                lifetimes: setup.lifetimes,
                policy: setup.policy,
                sharesAcrossSurfaces: setup.sharesAcrossSurfaces,
                tellsRefreshTokenEnd: setup.tellsRefreshTokenEnd,
                consentTokenPolicy: setup.consentTokenPolicy,
                acr: setup.acr,
                store: store,
                clients: ClientRegistry(
                    clients,
                    verdicts: registering?.verdicts ?? [:],
                    shared: store.isShared ? store : nil
                ),
                keys: KeyRing(keys.keys),
                bank: people,
                clock: clock,
                entropy: .system,
                formKey: formKey,
                subjectKey: subjectKey,
                clientSecrets: clientSecrets,
                workers: workers,
                pages: PageSet(pages, issuer: setup.issuer, settings: setup.pageSettings),
                consentPage: setup.consentPage,
                hooks: try await setup.hooks?.hooks(on: group, resolver),
                outbound: try setup.outbound.outbound(on: group),
                registration: registering?.rules,
                trusted: trusted,
                certificates: setup.listening.certificates,
                authorities: authorities,
                requiresProofNonces: setup.requiresProofNonces,
                resources: setup.resources,
                stepUp: setup.stepUp,
                limits: setup.limits,
                log: log
            )
            try await Self.takeIn(registeredAt: store, house)
            let registered = house.clients.registeredAlgorithms
            // Who registered themselves may have asked for an algorithm that nobody in a file has.
            let complete = try Self.keys(setup, clients, rotation, registered: registered, at: clock.now)
            Self.keep(complete, rotation, log)
            house.keys.replace(with: complete.keys)
            let application = try Composition.application(house, isSandbox: setup.isSandbox)
            var endpoints = [
                HTTPServer.Endpoint(at: setup.listening.address, tls: setup.listening.tls, handler: application)
            ]
            if let mutualTLS = setup.listening.mutualTLS {
                endpoints.append(HTTPServer.Endpoint(at: mutualTLS.address, tls: mutualTLS.tls, handler: application))
            }
            if let bank = setup.listening.bank {
                endpoints.append(HTTPServer.Endpoint(at: bank, handler: try Composition.bank(house)))
            }
            if let admin = setup.listening.admin {
                endpoints.append(HTTPServer.Endpoint(at: admin, handler: try Composition.admin(house)))
            }
            endpoints += try beside(group)
            server = HTTPServer(endpoints, on: group, report: { event in Self.report(event, to: log) })
            health = Health(house)
            let gauges = Gauges(setup, store)
            self.gauges = gauges
            let watched = try Composition.operations(house, health) { gauges.write(to: &$0) }
            var watching: HTTPServer?
            if let address = setup.listening.operations {
                watching = HTTPServer(
                    [HTTPServer.Endpoint(at: address, handler: watched)],
                    on: group,
                    report: { event in Self.report(event, to: log) }
                )
            }
            operations = watching
            housekeeping = Housekeeping(house, keys: rotation)
            _ = try await server.start()
            // Last: whoever is told that we are ready finds us so.
            _ = try await operations?.start()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)", exit: .unavailable)
        }
    }

    /// Serves until TERM or INT: no new connections, answers that have begun are finished, then the end.
    func run() async throws(CommandFailure) {
        let rounds = Task { [housekeeping] in await housekeeping.run(started: { assent_give_back_memory() }) }
        let fetches = Task { [house] in await house.clientKeys.run(house.clock) }
        let notices = Task { [house] in await Notices(house).run() }
        let check = Task { await soundness() }
        defer {
            rounds.cancel()
            fetches.cancel()
            notices.cancel()
            check.cancel()
        }
        do {
            while try await signals.next(on: group.loops[0]) == .reload { await reload() }
        } catch { throw CommandFailure("\(error)") }
        house.log.info("server.stopping")
        health.stop()
        await server.drain()
        await operations?.drain(seconds: 1)
        await housekeeping.noteTime()
        await store.close()
        house.log.flush(milliseconds: 500)
        if let damage = damage.sentence.withLock({ $0 }) { throw CommandFailure(damage, exit: .unavailable) }
    }

    /// Ends the server where the file is found to be damaged, as it would not have started with a small one.
    private func soundness() async {
        guard let unchecked else { return }
        do throws(OpeningFailure) {
            try await unchecked.requireSoundness()
            house.log.info("store.sound")
        } catch {
            house.log.error("store.damaged", ["reason": .text(WireText(error.sentence))])
            damage.sentence.withLock { $0 = "\(error.sentence)." }
            signals.stop()
        }
    }

    /// Reads clients, keys, people, pages and certificates again: all are taken, or all stay as they were.
    private func reload() async {
        do throws(CommandFailure) {
            let clients = try setup.clients.read()
            try setup.outbound.requireReach(of: clients)
            try requireSameSubjects(clients)
            _ = try Self.clientSecrets(setup, clients)
            let registered = house.clients.registeredAlgorithms
            let keys = try Self.keys(setup, clients, rotation, registered: registered, at: house.clock.now)
            let authorities = try Self.authorities(setup, clients)
            let people = try setup.people.read()
            let pages = try Self.pages(setup)
            let registering = try setup.registering?.read(try setup.directory?.read())
            let trusted = try Self.trusted(setup, clients)
            let hooks = try await setup.hooks?.hooks(on: group, resolver)
            // What has been kept and is not yet in use, the next round of housekeeping puts into use.
            do { try rotation.keep(keys) } catch { throw CommandFailure(error) }
            // It reads every certificate before it takes one, and nothing after it can fail.
            do { try await server.reloadTLS() } catch { throw CommandFailure("\(error)") }
            house.keys.replace(with: keys.keys)
            house.pages.replace(with: pages)
            house.authorities.replace(with: authorities)
            house.clients.replace(with: clients, verdicts: registering?.verdicts ?? [:])
            house.registration.replace(with: registering?.rules)
            house.trusted.replace(with: trusted)
            house.bank.replace(with: people)
            house.hooks.replace(with: hooks)
            await housekeeping.endBarredLogins()
            assent_give_back_memory()
            gauges.noteReload(succeeded: true)
            house.log.info("server.reloaded")
        } catch {
            gauges.noteReload(succeeded: false)
            house.log.error("server.reload-refused", ["reason": .text(WireText(error.sentence))])
        }
    }

    /// No client is given other names for the people whom it knows without being told to.
    private func requireSameSubjects(_ clients: [Client]) throws(CommandFailure) {
        for client in clients {
            guard let earlier = house.clients[client.id] else { continue }
            do { try client.requireSameSubjects(as: earlier) } catch {
                throw CommandFailure("\(client.id): \(error.member): \(error.sentence)", exit: .configuration)
            }
        }
    }

    /// Clients that registered themselves; one that cannot be read any more is left out, and the log says so.
    private static func takeIn(registeredAt store: any RunningStore, _ house: House) async throws(StoreFailure) {
        var last: Identifier<Client> = ""
        while true {
            let clients = try await store.registeredClients(after: last, limit: registeredPage)
            for client in clients {
                do { try house.clients.keep(client) } catch {
                    let reason = WireText("\(error.member): \(error.sentence)")
                    house.log.error("client.unreadable", ["client": .text(client.id.text), "reason": .text(reason)])
                }
            }
            guard let end = clients.last else { return }
            last = end.id
        }
    }

    /// Keys as they would be used now; nothing of it is kept.
    static func keys(
        _ setup: Setup,
        _ clients: [Client],
        _ rotation: KeyRotation,
        registered: Set<Algorithm> = [],
        at now: Timestamp
    ) throws(CommandFailure) -> KeyRotation.Plan {
        do { return try rotation.plan(required: required(clients).union(registered), at: now) } catch {
            throw CommandFailure(error)
        }
    }

    static func formKey(_ setup: Setup) throws(CommandFailure) -> HMACKey {
        do { return try setup.keys.formKey() } catch { throw CommandFailure(error) }
    }

    static func subjectKey(_ setup: Setup) throws(CommandFailure) -> HMACKey {
        do { return try setup.keys.subjectKey() } catch { throw CommandFailure(error) }
    }

    /// What readable secrets are sealed with; refuses clients whose secret it does not open.
    static func clientSecrets(_ setup: Setup, _ clients: [Client]) throws(CommandFailure) -> ClientSecretKey? {
        let key: ClientSecretKey?
        do { key = try setup.keys.clientSecretKey() } catch { throw CommandFailure(error) }
        for client in clients {
            guard case .secretJWT(let secret) = client.authentication,
                secret.all.contains(where: { key?.open($0, of: client.id) == nil })
            else { continue }
            throw CommandFailure(
                "the secret of the client \(client.id) does not open with \(setup.keys.path)/"
                    + "\(KeyFolder.clientSecretKeyFile).",
                exit: .configuration
            )
        }
        return key
    }

    /// Those who are believed about clients' certificates; refuses clients that nobody could tell from others.
    static func authorities(
        _ setup: Setup,
        _ clients: [Client]
    ) throws(CommandFailure) -> CertificateAuthorities? {
        for client in clients where client.authentication.isByCertificate || client.senderConstraint == .certificate {
            guard setup.listening.certificates.isOpen else {
                throw CommandFailure(
                    "the client \(client.id) shows a certificate, and none is asked for: listening.clientCertificates.",
                    exit: .configuration
                )
            }
            if case .mutualTLS = client.authentication, setup.listening.clientAuthorities == nil {
                throw CommandFailure(
                    "the client \(client.id) is known by a name in its certificate, and nobody is believed about "
                        + "names: listening.clientAuthoritiesFile.",
                    exit: .configuration
                )
            }
        }
        guard let path = setup.listening.clientAuthorities else { return nil }
        do {
            let bytes = try File.read(path, limit: Limits.authoritiesBytes)
            guard let text = WireText(bytes) else { throw CertificateRefusal.malformed }
            return try CertificateAuthorities(pem: text)
        } catch {
            throw CommandFailure(
                "\(path) holds no certificates in PEM that can be read: \(error).",
                exit: .configuration
            )
        }
    }

    /// A folder that cannot be written leaves the keys as they are: none is announced, and none retired.
    private static func keep(_ plan: KeyRotation.Plan, _ rotation: KeyRotation, _ log: Log) {
        do { try rotation.keep(plan) } catch {
            log.error("keys.not-kept", ["reason": .text(WireText(error.sentence))])
        }
    }

    private static func required(_ clients: [Client]) -> Set<Algorithm> {
        clients.reduce(into: [.es256]) { $0.formUnion($1.signingAlgorithms) }
    }

    /// Those whose word about people is believed; refuses clients that would bring a stranger's.
    static func trusted(_ setup: Setup, _ clients: [Client]) throws(CommandFailure) -> TrustedIssuers {
        let trusted = try setup.trusting?.read() ?? .none
        try trusted.requireTrust(of: clients)
        return trusted
    }

    static func pages(_ setup: Setup) throws(CommandFailure) -> LoadedPages {
        let files = try setup.pages.read(
            standard: setup.language,
            offered: setup.languages,
            regime: setup.regime,
            bank: setup.bank
        )
        do { return try LoadedPages(files) } catch {
            throw CommandFailure(error.sentences.joined(separator: "\n"), exit: .configuration)
        }
    }

    private static func report(_ event: ServerEvent, to log: Log) {
        switch event {
        case .listening(let address): log.info("server.listening", ["address": .text(WireText("\(address)"))])
        case .acceptPaused: log.warning("server.accept-paused")
        case .acceptResumed: log.info("server.accept-resumed")
        case .full: log.warning("server.full")
        case .shed: log.warning("server.shed")
        case .acceptFailed(let failure): log.error("server.accept-failed", ["reason": .text(WireText("\(failure)"))])
        case .handshakeFailed(_, let reason): log.debug("server.handshake-failed", ["reason": .text(WireText(reason))])
        }
    }

    private static let registeredPage = 200
    /// People's passwords are hashed two at a time, at 32 MiB each.
    private static let passwordWorkers = 2
}

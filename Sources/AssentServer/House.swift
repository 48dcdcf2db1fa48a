package import Consents
package import Crypto
package import Net
package import OAuth
package import Storage
package import Surfaces
package import Telemetry
package import Text

/// Everything a request may need, built once in `Composition.swift` and passed down by hand.
package final class House: Sendable {
    package let issuer: Issuer
    package let lifetimes: Lifetimes
    /// Whom tokens may be for.
    package let resources: Resources
    /// What is demanded of a login before transactions are shown.
    package let stepUp: StepUp
    package let policy: ConsentPolicy
    /// Whether a third party finds its consents on all of its surfaces.
    package let sharesAcrossSurfaces: Bool
    /// Whether ID tokens of consents say when their refresh token ends.
    package let tellsRefreshTokenEnd: Bool
    package let consentTokenPolicy: ConsentTokenPolicy
    /// The level that our own login reaches.
    package let acr: WireText
    package let store: any Store
    package let clients: ClientRegistry
    package let keys: KeyRing
    package let bank: CurrentBank
    /// What people are called in what we say of them to clients.
    package let subjects: Subjects
    package let clock: Clock
    package let entropy: Entropy
    let accessTokens: AccessTokenCache
    let forms: FormTokens
    let consentTokens: ConsentTokens
    /// What the secrets of clients with `client_secret_jwt` are sealed with, if there may be any.
    let clientSecrets: ClientSecretKey?
    let passwords: PasswordCheck
    let names = FreshNames()
    let loginsUnderWay = LoginsUnderWay()
    let polls = PollTimes(count: Limits.rememberedPolls)
    /// What clients are told of ended logins.
    package let notices = LogoutNotices()
    let barredLogins = BarredLogins()
    let backchannelIDs: BackchannelIDs
    /// Rung when somebody has decided what a client is to be told of.
    package let noticeBell = NoticeBell()
    package let pages: PageSet
    /// The bank's own consent page, where it has one.
    package let consentPage: WireText?
    /// The bank's own systems, where they want to be asked; replaced by a reload.
    package let hooks: Reloadable<Hooks?>
    /// Who may register a client, absent where nobody may; replaced by a reload.
    package let registration: Reloadable<RegistrationRules?>
    /// Partners whose word about people is believed; replaced by a reload.
    package let trusted: Reloadable<TrustedIssuers>
    /// The keys that clients keep at a URL of their own.
    package let clientKeys: ClientKeys
    /// The way to hosts of clients, of those that the bank has listed.
    package let outbound: Outbound
    /// How clients' certificates reach us.
    package let certificates: CertificateIntake
    /// Those who are believed about clients' certificates; replaced by a reload.
    package let authorities: Reloadable<CertificateAuthorities?>
    /// What proofs of possession must repeat, where they must.
    let proofNonces: ProofNonces?
    package let metrics: Metrics
    package let log: Log
    let limiter: RequestLimiter

    package init(
        issuer: Issuer,
        lifetimes: Lifetimes,
        policy: ConsentPolicy,
        sharesAcrossSurfaces: Bool = false,
        tellsRefreshTokenEnd: Bool = true,
        consentTokenPolicy: ConsentTokenPolicy = ConsentTokenPolicy(),
        acr: WireText,
        store: any Store,
        clients: ClientRegistry,
        keys: KeyRing,
        bank: any Bank,
        clock: Clock,
        entropy: Entropy,
        formKey: HMACKey,
        subjectKey: HMACKey,
        clientSecrets: ClientSecretKey? = nil,
        workers: WorkerPool,
        pages: PageSet,
        consentPage: WireText? = nil,
        hooks: Hooks? = nil,
        outbound: Outbound = .nowhere,
        registration: RegistrationRules? = nil,
        trusted: TrustedIssuers = .none,
        certificates: CertificateIntake = CertificateIntake(),
        authorities: CertificateAuthorities? = nil,
        requiresProofNonces: Bool = false,
        resources: [WireText] = [],
        stepUp: StepUp = StepUp(),
        limits: RequestLimits = RequestLimits(),
        log: Log
    ) {
        self.issuer = issuer
        self.lifetimes = lifetimes
        self.resources = Resources(issuer: issuer, listed: resources)
        self.stepUp = stepUp
        self.policy = policy
        self.sharesAcrossSurfaces = sharesAcrossSurfaces
        self.tellsRefreshTokenEnd = tellsRefreshTokenEnd
        self.consentTokenPolicy = consentTokenPolicy
        self.acr = acr
        self.store = store
        self.clients = clients
        self.keys = keys
        self.bank = CurrentBank(bank)
        subjects = Subjects(key: subjectKey)
        self.clock = clock
        self.entropy = entropy
        accessTokens = AccessTokenCache(count: Self.rememberedTokens)
        forms = FormTokens(key: formKey)
        consentTokens = ConsentTokens(key: formKey)
        self.clientSecrets = clientSecrets
        backchannelIDs = BackchannelIDs(key: formKey)
        passwords = PasswordCheck(workers: workers)
        self.pages = pages
        self.consentPage = consentPage
        self.hooks = Reloadable(hooks)
        self.registration = Reloadable(registration)
        self.trusted = Reloadable(trusted)
        self.outbound = outbound
        clientKeys = ClientKeys(of: clients, by: outbound, log: log)
        self.certificates = certificates
        self.authorities = Reloadable(authorities)
        proofNonces = requiresProofNonces ? ProofNonces(key: formKey) : nil
        metrics = .ofHouse()
        self.log = log
        limiter = RequestLimiter(limits, clock, metrics, log)
    }

    /// Verified tokens of about a kilobyte each.
    private static let rememberedTokens = 4_096
}

extension House {
    /// What a client calls a person, wherever it hears of them.
    package func subject(of person: Identifier<OAuth.Person>, for client: Client) -> WireText {
        subjects.subject(of: person, for: client)
    }

    /// Asks the store; what it cannot answer ends the request with 503, and never counts as "no".
    func ask<Answer: Sendable>(
        _ question: (any Store) async throws(StoreFailure) -> Answer
    ) async throws(Refusal) -> Answer {
        do { return try await question(store) } catch {
            report(error)
            throw .temporarilyUnavailable
        }
    }

    /// The client as it is now, disabled ones included; what begins with a client begins here.
    func client(_ id: Identifier<Client>) async throws(Refusal) -> Client? {
        let clients = clients
        return try await ask { _ throws(StoreFailure) in try await clients.client(id) }
    }

    /// Sees to it that clients are known by whom a page or a notice is about.
    func learn(_ ids: some Sequence<Identifier<Client>> & Sendable) async throws(Refusal) {
        for id in Set(ids) { _ = try await client(id) }
    }

    /// Makes all changes or none; who lost a race is refused, and the store has kept the remedy already.
    func commit(_ changes: [Storage.Change]) async throws(Refusal) {
        guard !changes.isEmpty else { return }
        let began = SystemClock.steadyNanoseconds
        defer { metrics.commitSeconds.observe(nanoseconds: SystemClock.steadyNanoseconds - began) }
        switch try await ask({ store throws(StoreFailure) in try await store.commit(changes) }) {
        case .kept: return
        case .overtaken(let change): throw change.refusal
        }
    }

    func commit(_ changes: [OAuth.Change]) async throws(Refusal) {
        try await commit(changes.map { Storage.Change.oauth($0) })
    }

    /// A random value for something new, or 503: nobody goes on without.
    func freshToken() throws(Refusal) -> WireText {
        try requireTime()
        do { return try entropy.token() } catch { throw .temporarilyUnavailable }
    }

    func freshUUID() throws(Refusal) -> UUID {
        try requireTime()
        do { return try entropy.uuid() } catch { throw .temporarilyUnavailable }
    }

    /// Random bytes for something new, or 503: nobody goes on without.
    func freshBytes(_ count: Int) throws(Refusal) -> [UInt8] {
        try requireTime()
        do { return try entropy.bytes(count) } catch { throw .temporarilyUnavailable }
    }

    /// Whatever is handed out lives until some time, so while that is in doubt nothing is.
    func requireTime() throws(Refusal) {
        guard !clock.isSetBack else { throw .temporarilyUnavailable }
    }

    func report(_ failure: StoreFailure) {
        metrics.storeFailures.count()
        log.error("store.failed", ["failure": .text(WireText(String(describing: failure)))])
    }
}

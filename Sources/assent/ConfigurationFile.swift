import AssentServer
import Configuration
import Net
import OAuth
import Surfaces
import Telemetry
import Text

/// The configuration of a server, from `config/assent.json` to what it is started with.
enum ConfigurationFile {
    static let option = Option("config", "FILE", "the configuration, config/assent.json unless told")

    static func path(_ arguments: Arguments) -> String { arguments["config"] ?? "config/assent.json" }

    /// Reads the file, and reports everything that is wrong with it, by line and column.
    static func read(_ path: String) throws(CommandFailure) -> Configuration {
        let bytes: [UInt8]
        do { bytes = try File.read(path, limit: Limits.configurationBytes) } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
        do { return try Configuration(bytes, file: path) } catch {
            throw CommandFailure("the configuration cannot be used.\n\(error)", exit: .configuration)
        }
    }
}

extension Setup {
    /// What a configuration says, in the words of the server.
    init(_ configuration: Configuration) throws(CommandFailure) {
        let listening = configuration.listening
        self.init(
            issuer: configuration.issuing.issuer,
            listening: try Self.listening(listening),
            keys: KeyFolder(path: configuration.keys.folder),
            clients: ClientFolder(path: configuration.clients.folder),
            pages: PageFolder(path: configuration.pages.templatesFolder),
            people: PeopleFile(path: configuration.people.file),
            database: Database(configuration.storing),
            bank: BankIdentity(configuration.pages),
            language: configuration.pages.language,
            languages: configuration.pages.languages,
            regime: configuration.pages.regime.string,
            lifetimes: configuration.issuing.lifetimes,
            policy: configuration.consenting.policy,
            acr: configuration.issuing.acr,
            isSandbox: configuration.consenting.servesAccounts,
            sharesAcrossSurfaces: configuration.consenting.sharesAcrossSurfaces,
            pageSettings: PageSettings(configuration.pages),
            tellsRefreshTokenEnd: configuration.consenting.tellsRefreshTokenEnd,
            requiresProofNonces: configuration.issuing.requiresProofNonces,
            stepUp: StepUp(
                maxAge: configuration.consenting.transactionsMaxAge,
                acr: configuration.consenting.transactionsACR
            ),
            resources: configuration.issuing.resources,
            consentPage: configuration.pages.consentPageURL,
            hooks: configuration.hooks.receiver.map { HookSetup($0) },
            registering: configuration.registering.folder.map { RegistrationFolder(path: $0) },
            directory: configuration.registering.directory.map { DirectorySetup($0) },
            trusting: configuration.issuing.trustedIssuersFolder.map { TrustFolder(path: $0) },
            outbound: OutboundSetup(configuration.outbound),
            limits: RequestLimits(
                client: configuration.limiting.client,
                address: configuration.limiting.address,
                nodes: configuration.limiting.nodes
            ),
            consentTokenPolicy: configuration.consenting.consentTokenPolicy,
            keyLifeCycle: KeyLifeCycle(
                announcementSeconds: configuration.keys.announcementSeconds,
                rotationSeconds: configuration.keys.rotationDays.map { $0 * 86_400 }
            ),
            accessTokenAlgorithm: configuration.keys.accessTokenAlgorithm
        )
    }

    private static func listening(_ listening: Configuration.Listening) throws(CommandFailure) -> Listening {
        var tls = listening.tls.map { TLSConfiguration($0) }
        var mutualTLS: Listening.Endpoint?
        if let address = try Self.address(listening.mutualTLSAddress), let asking = tls {
            mutualTLS = Listening.Endpoint(address: address, tls: asking)
            // Browsers are not asked for what they have no use for.
            tls?.clientCertificates = .none
        }
        return Listening(
            address: try Self.address(listening.address),
            tls: tls,
            operations: try Self.address(listening.operations),
            mutualTLS: mutualTLS,
            certificates: CertificateIntake(
                isOpen: listening.showsCertificates,
                proxies: Set(listening.trustedProxies.map { Self.name(ofPeersAt: $0) }),
                readsFields: listening.mutualTLSAddress == nil,
                origin: listening.mutualTLS
            ),
            clientAuthorities: listening.clientAuthoritiesFile,
            bank: try Self.address(listening.internal),
            admin: try Self.address(listening.admin)
        )
    }

    /// As a socket names its other end: an address has one spelling there.
    private static func name(ofPeersAt text: WireText) -> WireText {
        Address(host: text, port: 0).map { WireText($0.host) } ?? text
    }

    private static func address(_ address: ListeningAddress?) throws(CommandFailure) -> Address? {
        guard let address else { return nil }
        return try Self.address(address) as Address
    }

    private static func address(_ address: ListeningAddress) throws(CommandFailure) -> Address {
        guard let read = Address(address.text) else {
            throw CommandFailure("\(address.text) is no address to listen at.", exit: .configuration)
        }
        return read
    }
}

extension TLSConfiguration {
    fileprivate init(_ tls: Configuration.TLS) {
        self.init(
            certificateChain: tls.certificateFile,
            privateKey: tls.privateKeyFile,
            minimumVersion: tls.minimumVersion == .tls13 ? .tls13 : .tls12,
            clientCertificates: ClientCertificates(tls.clientCertificates)
        )
    }
}

extension TLSConfiguration.ClientCertificates {
    fileprivate init(_ certificates: Configuration.ClientCertificates) {
        self =
            switch certificates {
            case .none: .none
            case .asked: .asked
            case .required: .required
            case .issued(byAuthoritiesIn: let file): .issued(byAuthoritiesIn: file)
            }
    }
}

extension Database {
    fileprivate init(_ storing: Configuration.Storing) {
        guard let server = storing.server else {
            self = .file(storing.databaseFile)
            return
        }
        self = .server(
            DatabaseServer(
                uri: server.uri,
                passwordFile: server.passwordFile,
                connections: server.connections,
                replicas: server.replicas,
                witnessFile: server.witnessFile
            )
        )
    }
}

extension HookSetup {
    fileprivate init(_ receiver: Configuration.HookReceiver) {
        self.init(
            baseURL: receiver.baseURL,
            user: receiver.user,
            passwordFile: receiver.passwordFile,
            authoritiesFile: receiver.authoritiesFile
        )
    }
}

extension DirectorySetup {
    fileprivate init(_ directory: Configuration.Directory) {
        self.init(issuer: directory.issuer, keysFile: directory.keysFile, certificate: directory.certificate)
    }
}

extension OutboundSetup {
    fileprivate init(_ outbound: Configuration.Outbound) {
        let hosts = outbound.hosts.map { OutboundHost($0.name, port: $0.port, isInternal: $0.isInternal) }
        self.init(hosts: hosts, caFile: outbound.caFile)
    }
}

extension BankIdentity {
    fileprivate init(_ pages: Configuration.Pages) {
        self.init(
            name: pages.bankName,
            helpPhone: pages.helpPhone.map { Phone(dial: $0.dialled, shown: $0.shown) },
            helpURL: pages.helpURL
        )
    }
}

extension PageSettings {
    fileprivate init(_ pages: Configuration.Pages) {
        let delivery: Delivery =
            switch pages.delivery {
            case .redirect: .redirect
            case .refreshPage: .refreshPage
            }
        self.init(delivery: delivery, choosesAccountsAgain: pages.choosesAccountsAgain)
    }
}

extension LogLevel {
    init(_ level: Configuration.Logging.Level) {
        self =
            switch level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
    }
}

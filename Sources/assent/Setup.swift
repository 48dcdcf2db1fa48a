import AssentServer
import Consents
import JOSE
import Net
import OAuth
import Surfaces
import Text

/// Everything that a server is started with, from a configuration or from the sandbox.
struct Setup: Sendable {
    let issuer: Issuer
    let listening: Listening
    let keys: KeyFolder
    let clients: ClientFolder
    let pages: PageFolder
    let people: PeopleFile
    let database: Database
    let bank: BankIdentity
    /// The language of the pages for whoever asks for none that is there.
    let language: WireText
    /// The languages that are offered, all that the templates have where `nil`.
    var languages: [WireText]?
    /// Whose rules the pages follow, of `regimes` in the templates.
    var regime = PageFolder.regime
    let lifetimes: Lifetimes
    let policy: ConsentPolicy
    let acr: WireText
    /// Whether account data is served as well.
    let isSandbox: Bool
    let sharesAcrossSurfaces: Bool
    var pageSettings = PageSettings()
    var tellsRefreshTokenEnd = true
    var requiresProofNonces = false
    /// What is demanded of a login before transactions are shown.
    var stepUp = StepUp()
    /// Whom tokens may be for, beside us.
    var resources: [WireText] = []
    /// The bank's own consent page, where it has one.
    var consentPage: WireText?
    /// The bank's own systems, where they want to be asked.
    var hooks: HookSetup?
    /// Where clients register themselves from, if they do.
    var registering: RegistrationFolder?
    /// Whose word about software is believed, if anybody's.
    var directory: DirectorySetup?
    /// Where the partners are whose word about people is believed, if there are any.
    var trusting: TrustFolder?
    /// The hosts of clients that may be called.
    var outbound = OutboundSetup()
    /// How much is answered; by default as much as can be.
    var limits = RequestLimits()
    var consentTokenPolicy = ConsentTokenPolicy()
    var keyLifeCycle = KeyLifeCycle()
    /// What access tokens are signed with, as soon as a key of it signs.
    var accessTokenAlgorithm = Algorithm.es256

    struct Listening: Sendable {
        let address: Address
        let tls: TLSConfiguration?
        /// Where health and metrics are answered, which no stranger reaches.
        let operations: Address?
        /// Where clients call with their certificates, if not at `address`.
        var mutualTLS: Endpoint?
        /// How clients' certificates reach us.
        var certificates = CertificateIntake()
        /// Those who are believed about them, in PEM.
        var clientAuthorities: String?
        /// Where the bank's own systems call.
        let bank: Address?
        /// Where the bank's staff call.
        let admin: Address?

        struct Endpoint: Sendable {
            let address: Address
            let tls: TLSConfiguration
        }
    }
}

import AssentServer
import Consents
import Crypto
import Foundation
import HTTP
import JOSE
import Net
import OAuth
import Storage
import Surfaces
import Synchronization
import Telemetry
import TestSupport
import Text

/// A whole house without a socket: the sample client, Anna of the demo bank, and a clock that is set by hand.
struct SampleHouse {
    let house: House
    let application: Application
    let time: HandSetTime

    static let keys: KeyRing = {
        let key = SampleAssertion.makeKey(.p256, .es256, named: nil)
        do { return KeyRing(try KeyRing.Keys([key], required: [.es256])) } catch {
            preconditionFailure("One key is no contradiction.")
        }
    }()

    private static let bank: Result<FileDirectory, any Error> = Result {
        let cost = PasswordHash.Cost(logN: 12, passes: 1) ?? .standard
        return try FileDirectory(try DemoPeople.entries(at: .noon, cost: cost, entropy: .counted()))
    }

    private static let workers = Result { try WorkerPool(count: 1, limit: 64) }

    private static let pages = Result {
        PageSet(try LoadedPages(try Shipped.pageFiles()), issuer: .sample)
    }

    /// It is half a minute past noon.
    init(
        store: any Store,
        isOneOfMany: Bool = false,
        clients: [Client] = [.sample, .other, SampleHouse.keyClient],
        sharesAcrossSurfaces: Bool = false,
        tellsRefreshTokenEnd: Bool = true,
        consentTokenPolicy: ConsentTokenPolicy = ConsentTokenPolicy(),
        certificates: CertificateIntake = CertificateIntake(),
        authorities: CertificateAuthorities? = nil,
        requiresProofNonces: Bool = false,
        stepUp: StepUp = StepUp(),
        keys: KeyRing = SampleHouse.keys,
        registration: RegistrationRules? = nil,
        trusted: TrustedIssuers = .none,
        clientSecrets: ClientSecretKey? = nil,
        outbound: Outbound = .nowhere,
        limits: RequestLimits = RequestLimits()
    ) throws {
        let time = HandSetTime(.noon + 30)
        self.time = time
        house = House(
            issuer: .sample,
            lifetimes: Lifetimes(),
            policy: ConsentPolicy(),
            sharesAcrossSurfaces: sharesAcrossSurfaces,
            tellsRefreshTokenEnd: tellsRefreshTokenEnd,
            consentTokenPolicy: consentTokenPolicy,
            acr: "urn:assent:password",
            store: store,
            clients: ClientRegistry(clients, shared: isOneOfMany ? store : nil),
            keys: keys,
            bank: try Self.bank.get(),
            clock: Clock { time.reading },
            entropy: .counted(),
            formKey: HMACKey([1, 2, 3]),
            subjectKey: HMACKey([4, 5, 6]),
            clientSecrets: clientSecrets,
            workers: try Self.workers.get(),
            pages: try Self.pages.get(),
            outbound: outbound,
            registration: registration,
            trusted: trusted,
            certificates: certificates,
            authorities: authorities,
            requiresProofNonces: requiresProofNonces,
            stepUp: stepUp,
            limits: limits,
            log: Log(to: 2, level: .off)
        )
        application = try Composition.application(house, isSandbox: true)
    }

    /// The sample client under another name, with a key in the place of its secret.
    static let keyClient = Client.sample(
        id: "tpp-keys",
        authentication: .privateKeyJWT(SampleAssertion.keys(SampleAssertion.key))
    )

    /// An assertion of that client.
    static func assertion(_ identifier: WireText, lives seconds: Int64 = 60) throws -> WireText {
        try SampleAssertion.text(changing: [
            "iss": "tpp-keys", "sub": "tpp-keys", "jti": .text(identifier),
            "exp": .integer(Timestamp.noon.seconds + seconds),
        ])
    }

    // MARK: Requests

    func send(
        _ method: HTTP.Method,
        _ path: WireText,
        query: WireText? = nil,
        authority: WireText = "bank.example",
        form: FormFields? = nil,
        json: JSON? = nil,
        _ headers: [(FieldName, WireText)] = [],
        showing certificate: [UInt8]? = nil,
        from network: UInt64? = nil
    ) async -> Response {
        var fields = Fields()
        for (name, value) in headers { fields.append(name, FieldValue(value) ?? "") }
        if form != nil { fields.append(.contentType, "application/x-www-form-urlencoded") }
        return await application.respond(
            to: Request(
                method: method,
                path: path,
                query: query,
                authority: authority,
                fields: fields,
                body: form.map { Array($0.encoded.utf8) } ?? json.map { JSONWriter.write($0) } ?? [],
                peer: Peer(
                    address: "192.0.2.1",
                    port: 1_024,
                    network: network,
                    certificate: certificate,
                    isEncrypted: true
                )
            )
        )
    }

    /// A form of the sample client.
    func post(_ path: WireText, _ form: FormFields) async -> Response {
        await send(.post, path, form: form, [(.authorization, Self.basic)])
    }

    static let basic = WireText("Basic \(Base64.encode(Array("tpp-1:\(Client.sampleSecret)".utf8)))")

    // MARK: Tokens

    /// An access token of the sample family, or one by which the sample client speaks for itself.
    func accessToken(
        ofFamily: Bool = true,
        identifier: WireText = "token-1",
        confirmation: OAuth.Confirmation? = nil
    ) throws -> WireText {
        var members = [
            JSON.Member("iss", .text(Issuer.sample.text)), JSON.Member("aud", .text(Issuer.sample.text)),
            JSON.Member("sub", ofFamily ? "psu-anna" : "tpp-1"), JSON.Member("client_id", "tpp-1"),
            JSON.Member("jti", .text(identifier)), JSON.Member("iat", .integer(Timestamp.noon.seconds)),
            JSON.Member("exp", .integer(Timestamp.noon.seconds + 600)), JSON.Member("scope", "openid accounts"),
        ]
        if ofFamily {
            members += [
                JSON.Member("family_id", "family-1"), JSON.Member("consent_id", "consent-1"),
                JSON.Member("auth_time", .integer(Timestamp.noon.seconds - 30)),
                JSON.Member("acr", "urn:assent:password"),
            ]
        }
        if let confirmation { members.append(JSON.Member("cnf", confirmation.claim)) }
        guard let token = AccessToken(claims: .object(members)) else { throw CocoaError(.formatting) }
        return try house.keys.sign(token)
    }
}

/// A machine's clock that a test sets.
final class HandSetTime: Sendable {
    private let state: Mutex<Clock.Reading>

    init(_ time: Timestamp) {
        state = Mutex(Clock.Reading(time: time, uptimeMilliseconds: 0))
    }

    var reading: Clock.Reading { state.withLock { $0 } }

    /// Time passes.
    func pass(seconds: Int) {
        state.withLock { reading in
            reading.time = reading.time + seconds
            reading.uptimeMilliseconds += Int64(seconds) * 1_000
        }
    }

    /// Somebody sets the clock.
    func set(_ time: Timestamp) {
        state.withLock { $0.time = time }
    }
}

extension Storage.Change {
    /// The consent of the sample family, registered and given.
    static let givenConsent: [Storage.Change] = {
        let consent = Consent.sample()
        let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1", "account-2"])
        guard let given = try? consent.change(event, by: .person("psu-anna"), at: .noon + 60) else { return [] }
        return [.consent(.registration(of: consent)), .consent(given)]
    }()

    /// A consent that has been given, and a code and a refresh token of its family.
    static let granted: [Storage.Change] =
        givenConsent + [
            .oauth(.openFamily(.sample)), .oauth(.issueCode(.sample)), .oauth(.issueRefreshToken(.sample)),
        ]
}

extension Response {
    var json: JSON? { try? JSONReader.read(body) }

    /// The error that it says, in its body or in the redirect that it is.
    var error: WireText? {
        if let error = json?["error"]?.text { return error }
        guard let query = fields.first(.location).flatMap({ URIReference($0)?.query }) else { return nil }
        return (try? FormFields(query))?["error"]
    }
}

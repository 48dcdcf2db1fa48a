import AssentServer
import Consents
import Crypto
import Foundation
import HTTP
import JOSE
import Mustache
import Net
import OAuth
import Storage
import Synchronization
import Telemetry
import TestSupport
import Text

/// A bank and a third party, as a plan of OpenID's suite has them: no socket, and a clock that is set by hand.
struct Plan {
    let store = MemoryStore()
    let house: House
    let application: Application
    let client: Client
    private let clients: ClientRegistry
    /// What clients have been sent, and how they answer.
    let calls = Calls()
    private let time = SetTime()
    private let rules = SharedRules()

    /// What the third party signs with, under the profile that its client is registered for.
    static let key = SampleAssertion.makeKey(.p256, .es256, named: "tpp-key-1")
    /// What another third party signs with.
    static let otherKey = SampleAssertion.makeKey(.p256, .es256, named: "tpp-key-1")
    /// Whoever the module's second client is.
    static let second = Client.sample(
        id: "tpp-2",
        authentication: .privateKeyJWT(SampleAssertion.keys(otherKey)),
        redirectURIs: ["https://other.example/cb"],
        responseTypes: [.code],
        profile: .fapi2
    )

    /// It is noon.
    init(
        _ client: Client,
        second: Client = Plan.second,
        beside others: [Client] = [],
        resources: [WireText] = [],
        registration: RegistrationRules? = nil,
        outbound: Outbound? = nil,
        authorities: CertificateAuthorities? = nil,
        keys: KeyRing = Self.keys
    ) throws {
        self.client = client
        clients = ClientRegistry([client] + others + [second])
        let time = time
        let calls = calls
        house = House(
            issuer: .sample,
            lifetimes: Lifetimes(),
            policy: ConsentPolicy(),
            // As a bank sets it that wants no warning.
            tellsRefreshTokenEnd: false,
            acr: "urn:openbanking:psd2:sca",
            store: store,
            clients: clients,
            keys: keys,
            bank: try Self.bank.get(),
            clock: Clock { time.reading },
            entropy: .system,
            formKey: HMACKey([1, 2, 3]),
            subjectKey: HMACKey([4, 5, 6]),
            workers: try Self.workers.get(),
            pages: try Self.pages.get(),
            outbound: outbound ?? Outbound(to: [OutboundHost("c.example")]) { request, _ in calls.answer(request) },
            registration: registration,
            certificates: CertificateIntake(isOpen: true),
            authorities: try authorities ?? Self.authorities.get(),
            resources: resources,
            log: Log(to: 2, level: .off)
        )
        application = try Composition.application(house, isSandbox: true)
    }

    /// A client with a key, held to a profile.
    static func client(
        _ profile: Profile,
        responseTypes: Set<ResponseType> = [.code],
        frontChannel: FrontChannel = FrontChannel(),
        senderConstraint: Profile.SenderConstraint? = nil
    ) -> Client {
        .sample(
            authentication: .privateKeyJWT(SampleAssertion.keys(key)),
            responseTypes: responseTypes,
            scope: ["openid", "accounts", "profile", "offline_access"],
            profile: profile,
            frontChannel: frontChannel,
            senderConstraint: senderConstraint
        )
    }

    /// A client as the bank has it.
    func registered(_ id: Identifier<Client>) -> Client? { clients[id] }

    /// Waits until what goes out behind answers has gone.
    func settle() async { await house.notices.settle() }

    func pass(seconds: Int) { time.pass(seconds: seconds) }

    var now: Timestamp { time.reading.time }

    // MARK: Requests

    func send(
        _ method: HTTP.Method,
        _ path: WireText,
        query: FormFields? = nil,
        form: FormFields? = nil,
        cookies: WireText? = nil,
        proofs: [WireText] = [],
        authorization: WireText? = nil,
        certificate: [UInt8]? = nil,
        document: JSON? = nil,
        headers: [(FieldName, FieldValue)] = []
    ) async -> Response {
        rules.note(query)
        rules.note(form)
        var fields = Fields()
        for (name, value) in headers { fields.append(name, value) }
        if document != nil { fields.append(.contentType, "application/json; charset=utf-8") }
        if form != nil { fields.append(.contentType, "application/x-www-form-urlencoded") }
        if let cookies, let value = FieldValue(cookies) { fields.append(.cookie, value) }
        for proof in proofs { fields.append(.dpop, FieldValue(proof) ?? "") }
        if let authorization, let value = FieldValue(authorization) { fields.append(.authorization, value) }
        let body = document.map { JSONWriter.write($0) } ?? form.map { Array($0.encoded.utf8) } ?? []
        let response = await application.respond(
            to: Request(
                method: method,
                path: path,
                query: query.map { WireText($0.encoded) },
                authority: "bank.example",
                fields: fields,
                body: body,
                peer: Peer(address: "192.0.2.1", port: 1_024, certificate: certificate, isEncrypted: true)
            )
        )
        rules.check(response, to: path)
        return response
    }

    /// The form with the client's proof of who it is.
    func proving(_ form: FormFields, by client: Client? = nil) throws -> FormFields {
        let client = client ?? self.client
        let claims: JSON = [
            "iss": .text(client.id.text), "sub": .text(client.id.text), "aud": .text(Issuer.sample.text),
            "jti": .text(WireText(UUID().uuidString)), "exp": .integer(now.seconds + 60),
        ]
        let key = client.id == Self.second.id ? Self.otherKey : Self.key
        return form.setting("client_assertion", try key.sign(JSONWriter.write(claims), type: "JWT"))
            .setting("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    }

    func push(_ form: FormFields, certificate: [UInt8]? = nil) async throws -> Response {
        await send(.post, "/par", form: try proving(form), certificate: certificate)
    }

    /// The query of a browser that brings a reference, and nothing besides.
    func query(_ reference: WireText, of client: Identifier<Client>? = nil) -> FormFields {
        FormFields([.init("client_id", (client ?? self.client.id).text), .init("request_uri", reference)])
    }

    func redeem(_ code: WireText, verifier: WireText? = CodeRecord.sampleVerifier, certificate: [UInt8]? = nil)
        async throws -> Response
    {
        let form = FormFields.sampleRedemption.setting("code", code).setting("code_verifier", verifier)
        return await send(.post, "/token", form: try proving(form), certificate: certificate)
    }

    // MARK: What a bank is made of

    static func makeKey(_ template: PrivateKey.Template, _ encryption: KeyEncryption) -> OpeningKey {
        guard let key = try? PrivateKey.generate(template), let opening = OpeningKey(key, encryption: encryption) else {
            preconditionFailure("OpenSSL makes keys of the kinds that we have.")
        }
        return opening
    }

    static let keys: KeyRing = {
        let keys = [
            SampleAssertion.makeKey(.p256, .es256, named: nil),
            SampleAssertion.makeKey(.rsa(bits: 2_048), .ps256, named: nil),
            SampleAssertion.makeKey(.rsa(bits: 2_048), .rs256, named: nil),
        ]
        let opening = [makeKey(.rsa(bits: 2_048), .rsaOAEP256), makeKey(.p256, .ecdhES)]
        do { return KeyRing(try KeyRing.Keys(keys, opening: opening, required: [.es256, .ps256, .rs256])) } catch {
            preconditionFailure("Keys of different algorithms are no contradiction.")
        }
    }()

    private static let bank: Result<FileDirectory, any Error> = Result {
        let cost = PasswordHash.Cost(logN: 12, passes: 1) ?? .standard
        return try FileDirectory(try DemoPeople.entries(at: .noon, cost: cost, entropy: .counted()))
    }

    /// Who is believed about the certificates of third parties.
    private static let authorities = Result {
        let block = PEM.Block(label: "CERTIFICATE", bytes: SampleCertificates.authority)
        return try CertificateAuthorities(pem: WireText(PEM.write(block)))
    }

    /// With room for every login of every module at once, because they run side by side.
    private static let workers = Result { try WorkerPool(count: 1, limit: 1_024) }

    private static let pages = Result {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../templates")
        func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: path))) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".mustache")
        }
        let files = PageFiles(
            templates: try names.map { TemplateFile(WireText(String($0.dropLast(9))), try read($0)) },
            languages: [
                LanguageFiles(
                    "en",
                    text: try read("text/en.json"),
                    textName: "text/en.json",
                    wording: try read("wording/uk-ceg.en.json"),
                    wordingName: "wording/uk-ceg.en.json"
                )
            ],
            regime: try read("regimes/uk-ceg.json"),
            regimeName: "regimes/uk-ceg.json",
            standard: "en",
            bank: BankIdentity(name: "Sample Bank")
        )
        return PageSet(try LoadedPages(files), issuer: .sample)
    }
}

/// What the clients' own servers are sent.
final class Calls: Sendable {
    private let state = Mutex<[Request]>([])

    var requests: [Request] { state.withLock { $0 } }

    func answer(_ request: Request) -> Response {
        state.withLock { $0.append(request) }
        return .empty(.ok)
    }
}

/// A machine's clock that a test sets; it begins at noon.
private final class SetTime: Sendable {
    private let state = Mutex(Clock.Reading(time: .noon, uptimeMilliseconds: 0))

    var reading: Clock.Reading { state.withLock { $0 } }

    func pass(seconds: Int) {
        state.withLock { reading in
            reading.time = reading.time + seconds
            reading.uptimeMilliseconds += Int64(seconds) * 1_000
        }
    }
}

extension FormFields {
    /// A request for a login in which nothing is wrong.
    static let login = sampleAuthorization.setting("scope", "openid").setting("claims", nil)
}

extension Response {
    var json: JSON? { try? JSONReader.read(body) }

    /// What it says of an error in its body.
    var error: WireText? { json?["error"]?.text }

    /// The reference of an answer to a push.
    var reference: WireText? { json?["request_uri"]?.text }

    /// Whether it is a page that says no, and leads nowhere.
    var isErrorPage: Bool {
        status == .badRequest && fields.first(.location) == nil
            && fields.first(.contentType)?.hasPrefix("text/html") == true
    }

    /// What it takes back to the third party, where it is a redirect to it.
    var returned: FormFields? {
        guard status == .seeOther, let uri = fields.first(.location).flatMap({ URIReference($0) }), uri.host != nil
        else { return nil }
        return try? FormFields(uri.fragment ?? uri.query ?? "")
    }
}

import AssentServer
import Consents
import Crypto
import Foundation
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// The bank's own consent page, by requests of its back end.
struct BankPageTests {
    private static let browser = WireText(String(repeating: "b", count: 43))
    private static let session = WireText(String(repeating: "s", count: 43))
    private static let path: WireText = "/api/fs/consent/authorize"

    let store = MemoryStore()
    let house: SampleHouse
    let application: Application

    init() async throws {
        house = try SampleHouse(store: store, clients: [.sample, .everything, .system])
        application = try Composition.bank(house.house)
    }

    /// Anna has signed in, and a request about the sample consent waits for her.
    private func begin(signedIn: Bool = true) async throws {
        let anna = try #require(house.house.bank.person("psu-anna"))
        let session = Session(
            fingerprint: Fingerprint(of: Self.session),
            sid: "login-1",
            person: "psu-anna",
            authenticated: .noon,
            acr: "urn:assent:password",
            credential: Fingerprint(of: anna.passwordHash.text),
            expires: .noon + 3_600
        )
        let interaction = Interaction(
            id: "interaction-1",
            browser: Fingerprint(of: Self.browser),
            parameters: WireText(FormFields.sampleAuthorization.encoded),
            intent: "consent-1",
            created: .noon,
            expires: .noon + 600,
            session: signedIn ? session.fingerprint : nil
        )
        let consent = Consent.sample()
        let changes: [Storage.Change] = [
            .consent(.registration(of: consent)), .oauth(.openSession(session)), .oauth(.openInteraction(interaction)),
        ]
        #expect(try await store.commit(changes) == .kept)
    }

    private func send(_ method: HTTP.Method, _ path: WireText, _ body: JSON? = nil) async -> Response {
        var fields = Fields()
        let pair = Base64.encode(Array("system:\(Client.sampleSecret)".utf8))
        fields.append(.authorization, FieldValue(WireText("Basic \(pair)")) ?? "")
        if body != nil { fields.append(.contentType, "application/json") }
        return await application.respond(
            to: Request(
                method: method,
                path: WireText("\(Self.path)/\(path)"),
                authority: "bank.example",
                fields: fields,
                body: body.map { JSONWriter.write($0) } ?? [],
                peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
            )
        )
    }

    private func retrieve() async -> Response { await send(.get, "retrieve/interaction-1") }

    private func persist(_ shown: Response, browser: WireText = browser, session: WireText = session) async throws
        -> Response
    {
        let uid = try #require(shown.json?["consentData"]?["permissions"]?.array?.first?["uid"]?.text)
        let account = try #require(shown.json?["consumerData"]?["accounts"]?.array?.first?["accountId"])
        return await send(
            .patch,
            "persist/interaction-1",
            [
                "approval": true,
                "cookies": [
                    "__Host-assent-browser": .text(browser), "__Host-assent-session": .text(session),
                ],
                "requestParameters": .object([JSON.Member(uid, [account])]),
            ]
        )
    }

    private func isRefused(_ answer: Response) -> Bool {
        answer.status == .badRequest && answer.json?["error"]?["code"] == "server_error"
    }

    @Test func `a page that was retrieved is decided by the browser and the login that it was shown to`()
        async throws
    {
        try await begin()
        let shown = await retrieve()
        #expect(shown.status == .ok)
        let other = WireText(String(repeating: "x", count: 43))
        #expect(isRefused(try await persist(shown, browser: other)))
        #expect(isRefused(try await persist(shown, session: other)))
        let answer = try await persist(shown)
        #expect(answer.status == .found)
        #expect(answer.fields.first(.location)?.hasPrefix("https://c.example/cb?code=") == true)
        #expect(try await store.consent("consent-1")?.status == .authorised)
        #expect(isRefused(try await persist(shown)))
    }

    @Test func `SD-20 a key whose time has run out shows and decides nothing`() async throws {
        try await begin()
        let shown = await retrieve()
        house.time.pass(seconds: 600)
        #expect(isRefused(await retrieve()))
        #expect(isRefused(try await persist(shown)))
        let consent = try await store.consent("consent-1")
        #expect(consent?.status == .rejected && consent?.reason == .timedOut)
    }

    @Test func `SD-20 a key of somebody who has not signed in for it shows nobody's accounts`() async throws {
        try await begin(signedIn: false)
        #expect(isRefused(await retrieve()))
    }

    @Test func `a consent that ends under the page is not given`() async throws {
        try await begin()
        let shown = await retrieve()
        let consent = try #require(try await store.consent("consent-1"))
        let deleted = try consent.change(.delete, by: .thirdParty("tpp-1"), at: .noon + 31)
        #expect(try await store.commit([.consent(deleted)]) == .kept)
        #expect(isRefused(try await persist(shown)))
        #expect(try await store.consent("consent-1")?.authorisation == nil)
    }

    @Test func `SD-20 a decision that another one overtakes on its way is not told as one`() async throws {
        try await begin()
        let shown = await retrieve()
        store.beforeCommits { store throws(StoreFailure) in
            guard let consent = try await store.consent("consent-1"), consent.status == .awaiting,
                let change = try? consent.change(.reject(.refused), by: .person("psu-anna"), at: .noon + 40)
            else { return }
            #expect(try store.commitNow([.consent(change)]) == .kept)
        }
        #expect(isRefused(try await persist(shown)))
        #expect(try await store.consent("consent-1")?.status == .rejected)
    }
}

import AssentServer
import Consents
import Crypto
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// A house with two clients of the portal, and Anna, who allows what she is asked.
struct KlarnaHouse {
    let store = MemoryStore()
    let sample: SampleHouse

    static let token: WireText = "portal-token-of-the-first"
    static let otherToken: WireText = "portal-token-of-the-second"

    static let client = Client.sample(
        responseTypes: [.code, .none],
        consentAPIs: ConsentAPIs(portalToken: Fingerprint(of: token))
    )
    static let other = Client.sample(
        id: "tpp-2",
        redirectURIs: ["https://other.example/cb"],
        responseTypes: [.none],
        consentAPIs: ConsentAPIs(portalToken: Fingerprint(of: otherToken))
    )

    init(_ policy: ConsentTokenPolicy = ConsentTokenPolicy()) throws {
        sample = try SampleHouse(
            store: store,
            clients: [Self.client, Self.other, .sample(id: "tpp-oauth")],
            consentTokenPolicy: policy
        )
    }

    static let psu: JSON = ["user_agent": "Mozilla/5.0", "ip_address": "192.0.2.7"]
    static let everything: JSON = [
        "accounts": [:], "account_details": [:], "balances": [:], "transactions": [:], "lifetime": 90,
    ]

    func call(
        _ method: HTTP.Method,
        _ path: WireText,
        _ body: JSON? = nil,
        bytes: String? = nil,
        as authorization: WireText = WireText("Token \(token)"),
        type: FieldValue = "application/json;charset=utf-8"
    ) async -> Response {
        var fields = Fields()
        if !authorization.isEmpty { fields.append(.authorization, FieldValue(authorization) ?? "") }
        fields.append(.contentType, type)
        return await sample.application.respond(
            to: Request(
                method: method,
                path: path.hasPrefix("http") ? path.path : WireText("/xs2a/v1\(path)"),
                authority: "bank.example",
                fields: fields,
                body: bytes.map { Array($0.utf8) } ?? body.map { JSONWriter.write($0) } ?? [],
                peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
            )
        )
    }

    // MARK: The steps of a session

    /// Opens a session; its path.
    func session(_ scope: JSON = everything, _ more: [JSON.Member] = []) async throws -> WireText {
        let body = JSON.object([JSON.Member("psu", Self.psu), JSON.Member("consent_scope", scope)] + more)
        let answer = await call(.put, "/sessions", body)
        try #require(answer.status == .created, "\(String(decoding: answer.body, as: UTF8.self))")
        return WireText("/sessions/\(try #require(answer.data?["session_id"]?.text))")
    }

    /// Anna decides about the consent of a session.
    func decide(
        _ session: WireText,
        _ event: ConsentEvent = .authorise(person: "psu-anna", accounts: ["anna-current"])
    ) async throws {
        let consent = try await consent(of: session)
        let change = try consent.change(event, by: .person("psu-anna"), at: now)
        #expect(try store.commitNow([.consent(change)]) == .kept)
    }

    func consent(of session: WireText) async throws -> Consent {
        let id = Identifier<AccessSession>(try #require(session.split(at: UInt8(ascii: "/")).last))
        let session = try #require(try await store.accessSession(id))
        return try #require(try await store.consent(session.consent))
    }

    /// The bank locks all its customers, or unlocks them.
    func setPeople(locked isLocked: Bool) throws {
        let cost = try #require(PasswordHash.Cost(logN: 12, passes: 1))
        let people = try DemoPeople.entries(at: .noon, cost: cost, entropy: .counted()).map { entry in
            FileDirectory.Entry(
                person: Customer(
                    id: entry.person.id,
                    username: entry.person.username,
                    name: entry.person.name,
                    email: entry.person.email,
                    passwordHash: entry.person.passwordHash,
                    isLocked: isLocked
                ),
                accounts: entry.accounts
            )
        }
        sample.house.bank.replace(with: try FileDirectory(people))
    }

    /// A consent from the session to its first token.
    func fetched(_ scope: JSON = everything) async throws -> (path: WireText, token: WireText) {
        let session = try await session(scope)
        #expect(await call(.put, WireText("\(session)/flows/accounts")).status == .created)
        try await decide(session)
        let answer = await call(.post, WireText("\(session)/consent/get"))
        try #require(answer.status == .ok, "\(String(decoding: answer.body, as: UTF8.self))")
        let id = try #require(answer.data?["consent_id"]?.text)
        return (WireText("/consents/\(id)"), try #require(answer.data?["consent_token"]?.text))
    }

    /// A consent call of the person who is there.
    func use(
        _ path: WireText,
        _ token: WireText,
        _ call: String = "accounts/get",
        attended: Bool = true,
        _ more: [JSON.Member] = [],
        as authorization: WireText = WireText("Token \(token)")
    ) async -> Response {
        var members = [JSON.Member("consent_token", .text(token))] + more
        if attended { members.append(JSON.Member("psu", Self.psu)) }
        return await self.call(.post, WireText("\(path)/\(call)"), .object(members), as: authorization)
    }

    var now: Timestamp { sample.time.reading.time }
}

extension Response {
    var data: JSON? { json?["data"] }

    /// The dotted code of an error.
    var code: WireText? { json?["error"]?["code"]?.text }

    /// The token to use next, wherever it stands.
    var nextToken: WireText? { data?["consent_token"]?.text ?? json?["consent_token"]?.text }
}

extension WireText {
    /// The path of a URL.
    fileprivate var path: WireText { URIReference(self)?.path ?? "" }
}

import AssentServer
import Consents
import Crypto
import HTTP
import OAuth
import Storage
import Surfaces
import TestSupport
import Testing
import Text

/// What every consent API keeps, whoever adds the next one: run over the lists in `Surfaces.swift`.
struct SurfaceContractTests {
    /// Everything that proves somebody somewhere, in one request header each.
    enum Credential: String, CaseIterable {
        case nothing
        case thirdParty
        case person
        case expired
        case portal
        case institution
        case merchant
        case bank
        case client
        case wrongSecret
        case cookie
        case other
    }

    @Test(arguments: Mounted.all)
    func `SD-01 what proves somebody elsewhere proves nothing here, and leaves nothing behind`(
        mounted: Mounted
    ) async throws {
        let store = MemoryStore()
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        let house = try SampleHouse(store: store, clients: [.everything, .system, .backEnd])
        let application = try mounted.application(house)
        let before = store.kept.count
        for route in mounted.surface.routes {
            for credential in Credential.allCases where !credential.fits(route.credential) {
                let answer = await application.respond(to: try house.request(route, credential))
                #expect(answer.status == .unauthorized, "\(route.method) \(route.path) with \(credential)")
                #expect(!answer.fields.contains("set-cookie"))
            }
        }
        #expect(store.kept.count == before)
    }

    @Test(arguments: Mounted.all)
    func `SD-21 a surface answers on its own listener and on no other`(mounted: Mounted) async throws {
        let house = try SampleHouse(store: MemoryStore())
        for place in Mounted.Place.allCases where place != mounted.place {
            let application = try place.application(house)
            for route in mounted.surface.routes {
                let answer = await application.respond(to: try house.request(route, .bank))
                #expect([404, 405].contains(answer.status.code), "\(route.path) on \(place)")
            }
        }
    }

    @Test(arguments: Mounted.all)
    func `what is nowhere and what is not done there is refused in the surface's own words`(
        mounted: Mounted
    ) async throws {
        let house = try SampleHouse(store: MemoryStore())
        let application = try mounted.application(house)
        let prefix = mounted.surface.prefix
        for path in ["\(prefix)/no/such/thing", "\(prefix)/%00", "\(prefix)/.."] {
            let answer = await application.respond(to: Request.bare(.get, WireText(path)))
            #expect(answer.status == .notFound, "\(path)")
            mounted.requireOwnShape(answer)
        }
        for route in mounted.surface.routes {
            let answer = await application.respond(to: Request.bare(.other("BREW"), route.filledPath))
            #expect(answer.status == .methodNotAllowed, "\(route.path)")
            #expect(answer.fields.contains(.allow))
            mounted.requireOwnShape(answer)
        }
    }

    @Test(arguments: Mounted.all)
    func `SD-04 no answer repeats a correlation id that is none`(mounted: Mounted) async throws {
        let house = try SampleHouse(store: MemoryStore())
        let application = try mounted.application(house)
        for name in ["x-fapi-interaction-id", "x-request-id"] as [FieldName] {
            for hostile in ["<script>", "not-a-uuid", WireText(String(repeating: "a", count: 4_096))] as [WireText] {
                for route in mounted.surface.routes {
                    var request = Request.bare(route.method, route.filledPath)
                    request.fields.append(name, try #require(FieldValue(hostile)))
                    let answer = await application.respond(to: request)
                    for field in answer.fields.pairs {
                        #expect(field.value != hostile, "\(route.path)")
                    }
                    let body = WireText(answer.body) ?? ""
                    #expect(!body.string.contains(hostile.string))
                }
            }
        }
    }

    @Test(arguments: Mounted.all, SurfaceRefusal.samples)
    func `every refusal has words on every surface`(mounted: Mounted, refusal: SurfaceRefusal) throws {
        let reference = try #require(UUID("7d1f2f0a-3c5e-4b6a-9f1e-2a3b4c5d6e7f"))
        let answer = mounted.surface.answer(refusal, reference: reference)
        #expect((400...599).contains(answer.status.code))
        mounted.requireOwnShape(answer)
        switch refusal {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .credentialInvalid: #expect(answer.status == .unauthorized)
        case .quotaSpent(let seconds):
            #expect(answer.status == .tooManyRequests)
            #expect(answer.fields.all(.retryAfter) == [WireText("\(seconds)")])
        case .unavailable(let seconds):
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.fields.all(.retryAfter) == [WireText("\(seconds)")])
        case .failed: #expect(answer.status == .internalServerError)
        default: #expect(answer.status.code < 500)
        }
    }

    @Test(arguments: Mounted.all, SurfaceRefusal.samples)
    func `a challenge for a token has a parameter on every surface`(mounted: Mounted, refusal: SurfaceRefusal) throws {
        let reference = try #require(UUID("7d1f2f0a-3c5e-4b6a-9f1e-2a3b4c5d6e7f"))
        // RFC 6750 §3: one or more, so that `Bearer` alone is none.
        for challenge in mounted.surface.answer(refusal, reference: reference).fields.all(.wwwAuthenticate) {
            guard challenge.hasPrefix("Bearer") else { continue }
            #expect(challenge.hasPrefix("Bearer realm=\"") || challenge.hasPrefix("Bearer error=\""))
        }
    }
}

/// A surface on the listener where it answers.
struct Mounted: Sendable, CustomTestStringConvertible {
    let surface: any Surface
    let place: Place

    enum Place: Sendable, CaseIterable {
        case outside
        case bank
        case admin
    }

    static let all: [Mounted] =
        (Surfaces.all + Surfaces.sandbox).map { Mounted(surface: $0, place: .outside) }
        + Surfaces.bank.map { Mounted(surface: $0, place: .bank) }
        + Surfaces.admin.map { Mounted(surface: $0, place: .admin) }

    var testDescription: String { surface.name.string }

    func application(_ house: SampleHouse) throws -> Application { try place.application(house) }

    /// A refusal is an object of JSON or has no body; never the text of another part of the server.
    func requireOwnShape(_ answer: Response) {
        guard !answer.body.isEmpty else { return }
        #expect(answer.fields.all(.contentType).first?.hasPrefix("application/json") == true)
        #expect((try? JSONReader.read(answer.body))?.members?.isEmpty == false)
    }
}

extension Mounted.Place {
    func application(_ house: SampleHouse) throws -> Application {
        switch self {
        case .outside: house.application
        case .bank: try Composition.bank(house.house)
        case .admin: try Composition.admin(house.house)
        }
    }
}

extension SurfaceContractTests.Credential {
    /// Whether this is the kind that an act asks for.
    ///
    /// There is no default, so that a new kind does not compile until it is held against all others.
    func fits(_ credential: SurfaceCredential) -> Bool {
        switch credential {
        case .thirdParty: self == .thirdParty
        case .consent: self == .person
        case .portal: self == .portal
        case .institution: self == .institution
        case .merchant: self == .merchant
        // The third party of these tests is a merchant as well, and shows the same secret for both.
        case .partner: self == .client
        case .bank, .staff: self == .bank
        }
    }
}

extension SurfaceRoute {
    /// The path of the route, about the sample consent.
    var filledPath: WireText {
        WireText(
            path.split(at: UInt8(ascii: "/")).map { $0.hasPrefix(":") ? "consent-1" : $0.string }.joined(separator: "/")
        )
    }
}

extension SampleHouse {
    /// A request of a route with one credential and nothing else that could be right.
    func request(_ route: SurfaceRoute, _ credential: SurfaceContractTests.Credential) throws -> Request {
        var request = Request.bare(route.method, route.filledPath)
        let value: WireText? =
            switch credential {
            case .nothing: nil
            case .thirdParty: WireText("Bearer \(try accessToken(ofFamily: false))")
            case .person: WireText("Bearer \(try accessToken())")
            case .expired: WireText("Bearer \(try accessToken(identifier: "gone"))x")
            case .portal: "Token portal-token"
            case .institution: .basic("back-end", Client.sampleSecret)
            case .merchant: WireText("Bearer \(try merchantToken())")
            case .bank: .basic("system", Client.sampleSecret)
            case .client: .basic("tpp-1", Client.sampleSecret)
            case .wrongSecret: .basic("system", "wrong")
            case .cookie: nil
            case .other: "Negotiate abc="
            }
        if let value { request.fields.append(.authorization, try #require(FieldValue(value))) }
        if credential == .cookie { request.fields.append("cookie", "assent-session=a; assent-browser=b") }
        return request
    }
}

extension SampleHouse {
    /// What the sample client got for one of its users.
    private func merchantToken() throws -> WireText {
        try house.keys.sign(
            MerchantToken(
                issuer: .sample,
                user: "user-1",
                client: "tpp-1",
                merchant: 7,
                permissions: ["ais:accounts:read"],
                identifier: "merchant-token-1",
                at: .noon
            )
        )
    }
}

extension WireText {
    fileprivate static func basic(_ id: WireText, _ secret: WireText) -> WireText {
        WireText("Basic \(Base64.encode(Array("\(id):\(secret)".utf8)))")
    }
}

extension Request {
    fileprivate static func bare(_ method: HTTP.Method, _ path: WireText) -> Request {
        Request(
            method: method,
            path: path,
            query: nil,
            authority: "bank.example",
            fields: Fields(),
            body: [],
            peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
        )
    }
}

extension Client {
    /// The sample client, known to every API that a third party has.
    static let everything = Client.sample(
        consentAPIs: ConsentAPIs(merchant: 7, portalToken: Fingerprint(of: "portal-token"))
    )
    /// One of the bank's own systems, which may do everything.
    static let system = Client.sample(
        id: "system",
        consentAPIs: ConsentAPIs(bankRoles: Set(ConsentAPIs.knownRoles))
    )
    /// A bank's back end.
    static let backEnd = Client.sample(
        id: "back-end",
        consentAPIs: ConsentAPIs(institution: "PSDGB-FCA-111111")
    )
}

extension SurfaceRefusal {
    /// One of every kind.
    static let samples: [SurfaceRefusal] =
        [
            .tokenMissing, .tokenInvalid, .tokenKindWrong, .scopeLacking("accounts"), .credentialInvalid, .pathUnknown,
            .methodNotAllowed(allow: "GET"), .mediaTypeUnsupported, .notAcceptable, .bodyTooLarge,
            .headerInvalid("x-request-id"), .bodyMalformed, .fieldMissing(path: "Data"),
            .fieldUnexpected(path: "Data.X"),
            .fieldInvalid(path: "Data.X"), .dateInvalid(path: "Data.X"), .notFound, .notYours, .redirectUnregistered,
            .codeInvalid, .sessionUnknown, .sessionEnded, .notRetrievable, .consentTokenInvalid, .consentTokenUsed,
            .quotaSpent(retryAfterSeconds: 60), .permissionLacking, .accountNotOpen,
            .loginInsufficient(StepUp(maxAge: 60)),
            .unavailable(retryAfterSeconds: 1), .failed,
        ] + ConsentRefusal.samples.map { .consent($0) }
}

extension ConsentRefusal {
    /// One of every kind.
    static let samples: [ConsentRefusal] = [
        .impossible(in: .rejected), .deleted, .expired, .otherPerson, .otherThirdParty, .noAccount, .accountRepeated,
        .accountUnknown, .permissionsEmpty, .permissionUnsupported(.readPAN), .accountsPermissionMissing,
        .transactionDirectionMissing, .transactionDepthMissing, .expiryInThePast, .expiryTooFar(days: 90),
        .periodReversed,
    ]
}

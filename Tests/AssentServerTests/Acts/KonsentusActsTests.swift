import AssentServer
import Consents
import Crypto
import HTTP
import OAuth
import Storage
import Surfaces
import Synchronization
import TestSupport
import Testing
import Text

/// What the bank's own back end gets done, and what stays undone.
struct KonsentusActsTests {
    private let store = MemoryStore()

    private static let institution = Client.sample(
        id: "bank-1",
        redirectURIs: [],
        grantTypes: [],
        responseTypes: [],
        consentAPIs: ConsentAPIs(institution: "PSDGB-FCA-111111")
    )

    private func house(_ changes: [Storage.Change] = Storage.Change.granted) async throws -> SampleHouse {
        #expect(try await store.commit(changes) == .kept)
        return try SampleHouse(store: store, clients: [.sample, .other, Self.institution])
    }

    private func post(
        _ house: SampleHouse,
        _ path: WireText,
        _ body: JSON,
        changing name: FieldName? = nil,
        to value: WireText? = nil
    ) async throws -> Response {
        let basic = Base64.encode(Array("bank-1:\(Client.sampleSecret)".utf8))
        var headers: [(FieldName, WireText)] = [
            (.authorization, WireText("Basic \(basic)")), ("fi_reference_id", "PSDGB-FCA-111111"), ("version", "1"),
            ("ccg_token", try house.accessToken(ofFamily: false)), (.contentType, "application/json"),
        ]
        headers.removeAll { $0.0 == name }
        if let name, let value { headers.append((name, value)) }
        return await house.send(.post, path, json: body, headers)
    }

    private func redeem(
        _ house: SampleHouse,
        _ code: WireText = CodeRecord.sampleCode,
        redirectURI: WireText = "https://c.example/cb",
        changing name: FieldName? = nil,
        to value: WireText? = nil
    ) async throws -> Response {
        let body: JSON = [
            "auth_code": .text(code), "redirect_uri": .text(redirectURI),
            "code_verifier": .text(CodeRecord.sampleVerifier),
        ]
        return try await post(house, "/v1/obie/tokens", body, changing: name, to: value)
    }

    private func order(_ house: SampleHouse, account: WireText = "anna-current") async throws -> Response {
        try await post(
            house,
            "/v1/obie/authorization_code",
            [
                "consent_id": "consent-1", "psu_account_id": .text(account), "scope": "accounts",
                "redirect_uri": "https://c.example/cb", "state": "s",
            ]
        )
    }

    @Test func `SD-32 the answer has the fields of the contract, and no token outlives the consent`() async throws {
        let house = try await house()
        let answer = try await redeem(house)
        #expect(answer.status == .created)
        let data = try #require(answer.json?["data"])
        #expect(answer.json?.members?.count == 1)
        #expect(data.members?.map(\.name).prefix(3) == ["access_token", "expires_in", "token_type"])
        #expect(data["token_type"] == "bearer")
        // The consent ends ninety days after noon, and it is half a minute past.
        #expect(data["expires_in"] == .integer(90 * 86_400 - 30))
        #expect(data["refresh_token"] == nil)
        let kept = try #require(store.kept.last)
        #expect(!kept.contains { if case .oauth(.issueRefreshToken) = $0 { true } else { false } })
    }

    @Test(arguments: [(59, true), (60, false), (61, false)])
    func `TK-25 SD-31 a code lives for sixty seconds at the bank as well`(seconds: Int, isGood: Bool) async throws {
        let house = try await house()
        house.time.pass(seconds: seconds - 30)
        let answer = try await redeem(house)
        #expect(answer.status == (isGood ? .created : .badRequest))
        #expect(isGood || answer.konsentusCode == "auth_code_invalid")
    }

    @Test func `TK-28 SD-31 four wrong redemptions leave a code, the fifth spends it`() async throws {
        for wrong in [Limits.codeFailures - 1, Limits.codeFailures] {
            let store = MemoryStore()
            #expect(try await store.commit(Storage.Change.granted) == .kept)
            let house = try SampleHouse(store: store, clients: [.sample, Self.institution])
            for _ in 0..<wrong {
                let answer = try await redeem(house, redirectURI: "https://c.example/other")
                #expect(answer.konsentusCode == "auth_code_invalid")
            }
            #expect(try await redeem(house).status == (wrong == Limits.codeFailures ? .badRequest : .created))
        }
    }

    @Test func `TK-26 SD-31 what is no code buys nothing`() async throws {
        let house = try await house()
        let token = try house.accessToken()
        for other in [RefreshRecord.sampleToken, token, "x", WireText(String(repeating: "A", count: 20_000))] {
            #expect(try await redeem(house, other).konsentusCode == "auth_code_invalid")
        }
        #expect(try await redeem(house).status == .created)
    }

    @Test func `TK-23 SD-30 another PSP neither redeems a code nor burns it`() async throws {
        let house = try await house()
        let other = TokenFamily.sample(id: "family-2", client: "tpp-2", intent: nil)
        let code: WireText = "another-code"
        let record = CodeRecord(
            fingerprint: Fingerprint(of: code),
            family: other,
            challenge: nil,
            certificate: nil,
            state: nil,
            expires: .noon + 60
        )
        #expect(try await store.commit([.oauth(.openFamily(other)), .oauth(.issueCode(record))]) == .kept)
        for _ in 0...Limits.codeFailures {
            let answer = try await redeem(house, code)
            #expect(answer.status == .forbidden)
            #expect(answer.konsentusCode == "psp_forbidden")
        }
        #expect(try await store.code(Fingerprint(of: code))?.spent == nil)
    }

    @Test(
        arguments: [
            (.authorization, nil, 401), (.authorization, SampleHouse.basic, 401), ("fi_reference_id", nil, 401),
            ("fi_reference_id", "PSDGB-FCA-222222", 403), ("fi_reference_id", "short", 401), ("ccg_token", nil, 401),
            ("ccg_token", "junk", 401), ("version", nil, 400), (.contentType, "text/plain", 406),
        ] as [(FieldName, WireText?, Int)]
    )
    func `SD-30 where one of the credentials is missing or another's, nothing changes`(
        name: FieldName,
        value: WireText?,
        status: Int
    ) async throws {
        let house = try await house()
        let before = store.kept.count
        #expect(try await redeem(house, changing: name, to: value).status.code == status)
        #expect(store.kept.count == before)
    }

    @Test func `SD-30 a person's token, an expired and a revoked one speak for no PSP`() async throws {
        let house = try await house()
        let person = try house.accessToken()
        #expect(try await redeem(house, changing: "ccg_token", to: person).konsentusCode == "ccg_token_invalid")
        let revoked = try house.accessToken(ofFamily: false, identifier: "revoked")
        let change = OAuth.Change.revokeAccessToken(Fingerprint(of: "revoked"), expires: .noon + 600)
        #expect(try await store.commit([.oauth(change)]) == .kept)
        #expect(try await redeem(house, changing: "ccg_token", to: revoked).konsentusCode == "ccg_token_invalid")
        house.time.pass(seconds: 600)
        #expect(try await redeem(house).konsentusCode == "ccg_token_invalid")
    }

    @Test(arguments: [OAuth.Confirmation.key(Fingerprint(of: "key")), .certificate(Fingerprint(of: "certificate"))])
    func `SD-30 a token that its PSP must prove to hold is none in the hands of a bank`(bound: OAuth.Confirmation)
        async throws
    {
        let house = try await house()
        let token = try house.accessToken(ofFamily: false, confirmation: bound)
        let answer = try await redeem(house, changing: "ccg_token", to: token)
        #expect(answer.status == .unauthorized)
        #expect(answer.konsentusCode == "ccg_token_invalid")
        #expect(try await store.code(Fingerprint(of: CodeRecord.sampleCode))?.spent == nil)
    }

    @Test func `SD-33 a PSP that was disabled after its code is told so`() async throws {
        let house = try await house()
        house.house.clients.replace(with: [.sample(isEnabled: false), Self.institution])
        let answer = try await redeem(house)
        #expect(answer.status == .forbidden)
        #expect(answer.konsentusCode == "psp_forbidden")
        #expect(try await store.code(Fingerprint(of: CodeRecord.sampleCode))?.spent == nil)
    }

    @Test func `SD-13 a code whose consent was taken back is no fault of the PSP`() async throws {
        let house = try await house()
        let consent = try #require(try await store.consent("consent-1"))
        let change = try consent.change(.revoke(.person), by: .person("psu-anna"), at: .noon)
        #expect(try store.commitNow([.consent(change)]) == .kept)
        let answer = try await redeem(house)
        #expect(answer.status == .badRequest)
        #expect(answer.konsentusCode == "consent_state")
    }

    @Test(arguments: [Profile.fapi1AdvancedUK, .fapi2, .fapi2MessageSigning])
    func `SD-30 a PSP whose tokens must be bound to it gets none through its bank`(profile: Profile) async throws {
        let house = try await house()
        house.house.clients.replace(with: [.sample(profile: profile), Self.institution])
        let before = store.kept.count
        #expect(try await redeem(house).konsentusCode == "psp_forbidden")
        #expect(try await order(house).konsentusCode == "psp_forbidden")
        #expect(store.kept.count == before)
    }

    @Test func `a store that cannot answer is 503, and the code still works`() async throws {
        let house = try await house()
        for calls in 0..<4 {
            store.failOnce(with: .inputOutput, after: calls)
            let answer = try await redeem(house)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.fields.contains(.retryAfter))
        }
        #expect(try await redeem(house).status == .created)
    }

    @Test func `a decision that comes between is looked at, and the bank's stands on it`() async throws {
        let house = try await house(Array(Storage.Change.givenConsent.prefix(1)))
        let left = Mutex(2)
        store.beforeCommits { store throws(StoreFailure) in
            guard
                left.withLock({ left in
                    left -= 1
                    return left >= 0
                })
            else { return }
            guard let consent = try await store.consent("consent-1"),
                let change = try? consent.change(
                    .authorise(person: "psu-anna", accounts: ["anna-current"]),
                    by: .person("psu-anna"),
                    at: .noon
                )
            else { throw .unavailable }
            #expect(try store.commitNow([.consent(change)]) == .kept)
        }
        #expect(try await order(house).status == .created)
        let consent = try #require(try await store.consent("consent-1"))
        #expect(consent.version == 4)
        let last = try #require(try await store.revisions(of: "consent-1").last)
        #expect(last.actor == .staff("PSDGB-FCA-111111"))
        #expect(last.reason == .reauthorised)
    }

    @Test func `an ordered code ends what was issued before, and is bought back without a verifier`() async throws {
        let house = try await house(Array(Storage.Change.givenConsent.prefix(1)))
        let first = try #require(try await order(house).json?["data"]?["code"]?.text)
        let second = try #require(try await order(house).json?["data"]?["code"]?.text)
        for (code, status) in [(first, 400), (second, 201)] {
            let body: JSON = ["auth_code": .text(code), "redirect_uri": "https://c.example/cb"]
            let answer = try await post(house, "/v1/obie/tokens", body)
            #expect(answer.status.code == status)
            #expect(status == 400 || answer.json?["data"]?["state"] == "s")
        }
    }

    @Test(arguments: ["cleo-mortgage", "nobody", "psu-anna", "bert-current"] as [WireText])
    func `SD-02 an account that is nobody's, not to be shared, or another person's opens nothing`(account: WireText)
        async throws
    {
        let house = try await house(Storage.Change.givenConsent)
        let before = store.kept.count
        #expect(try await order(house, account: account).status == .badRequest)
        #expect(store.kept.count == before)
    }

    @Test func `every error has its page, and nothing else has`() async throws {
        let house = try await house([])
        for error in KonsentusError.allCases {
            let answer = await house.send(.get, error.path)
            #expect(answer.status == .ok)
            #expect(answer.fields.first(.contentType) == "text/html; charset=utf-8")
            #expect(String(decoding: answer.body, as: UTF8.self).contains(">\(error.code)</code>"))
        }
        #expect(await house.send(.get, "/help/errors/nothing").status == .notFound)
    }
}

extension Response {
    fileprivate var konsentusCode: WireText? { json?["errors"]?.array?.first?["code"]?.text }
}

import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct DeviceCodeGrantTests {
    private static let client = Client.sample(grantTypes: [DeviceCodeGrant.type, "refresh_token"])
    private static let form = FormFields([
        .init("grant_type", DeviceCodeGrant.type.name), .init("device_code", PolledRequest.sampleCode),
    ])
    private static let granted = PolledRequest.sample(decision: .granted("family-1"))

    private func decide(
        _ polled: PolledRequest? = .sample,
        family: TokenFamily? = nil,
        standing: Standing? = nil,
        client: Client = client,
        certificate: Fingerprint? = nil,
        proofKey: Fingerprint? = nil,
        lastPoll: Timestamp? = nil,
        at now: Timestamp = .noon + 30
    ) throws(Refusal) -> Issuance {
        let request = TokenRequest(
            fields: try TokenFields(Self.form),
            client: client,
            certificate: certificate,
            proofKey: proofKey,
            lifetimes: Lifetimes(),
            now: now,
            lastPoll: lastPoll,
            freshToken: TokenRequest.sampleFreshToken
        )
        return try DeviceCodeGrant().decide(
            request,
            PolledGrant.Facts(request: polled, family: family, standing: standing)
        )
    }

    @Test func `rfc8628 §3.4: a yes buys tokens, and is spent under conditions`() throws {
        let issuance = try decide(Self.granted, family: .sample, standing: .sample)
        #expect(issuance.subject == .person(.sample))
        #expect(
            issuance.changes.prefix(3) == [
                .polled(.spend(PolledRequest.sample.fingerprint, at: .noon + 30)), .requireFamily("family-1"),
                .requireConsent("consent-1", "tpp-1", "psu-anna", at: .noon + 30),
            ]
        )
        #expect(issuance.refreshToken?.value == TokenRequest.sampleFreshToken)
    }

    @Test func `rfc8628 §3.5: who asks before anybody has decided is told to wait`() {
        #expect(throws: Refusal.decisionPending) { try decide() }
        #expect(throws: Refusal.decisionPending) { try decide(lastPoll: .noon + 25) }
        #expect(Refusal.decisionPending.code == "authorization_pending")
    }

    @Test func `rfc8628 §3.5: who does not wait is slowed down, for this poll and the next`() {
        let code = PolledRequest.sample.fingerprint
        #expect(throws: Refusal.pollTooEarly(code)) { try decide(lastPoll: .noon + 26) }
        #expect(throws: Refusal.pollTooEarly(code)) { try decide(.sample(interval: 10), lastPoll: .noon + 21) }
        #expect(throws: Refusal.decisionPending) { try decide(.sample(interval: 10), lastPoll: .noon + 20) }
        #expect(Refusal.pollTooEarly(code).remedy == [.polled(.slowDown(code))])
        #expect(Refusal.pollTooEarly(code).code == "slow_down")
    }

    @Test func `who asks too early after a yes has waited long enough`() throws {
        _ = try decide(Self.granted, family: .sample, standing: .sample, lastPoll: .noon + 30)
    }

    @Test func `rfc8628 §3.5: a no is told, and the end of the time`() {
        #expect(throws: Refusal.accessDenied) { try decide(.sample(decision: .denied)) }
        #expect(throws: Refusal.accessDenied) { try decide(.sample(decision: .denied), at: .noon + 600) }
        #expect(throws: Refusal.polledCodeExpired) { try decide(at: .noon + 600) }
        #expect(throws: Refusal.decisionPending) { try decide(at: .noon + 599) }
        #expect(throws: Refusal.polledCodeExpired) {
            try decide(Self.granted, family: .sample, standing: .sample, at: .noon + 600)
        }
        #expect(Refusal.polledCodeExpired.code == "expired_token")
    }

    @Test func `rfc6749 §5.2: a code that is unknown, another's, of another grant or used is not valid`() {
        let others: [PolledRequest?] = [
            nil, .sample(client: "tpp-2"), .sample(decision: .granted("family-1"), spent: .noon),
        ]
        for polled in others {
            #expect(throws: Refusal.polledCodeUnknown) { try decide(polled, family: .sample, standing: .sample) }
        }
        #expect(Refusal.polledCodeUnknown.code == "invalid_grant")
        // It is no sign of a theft: only who can prove to be the client has ever seen it.
        #expect(Refusal.polledCodeUnknown.remedy.isEmpty)
    }

    @Test func `rfc9449 §5, rfc8705 §3: only the key and the certificate of the request poll`() throws {
        let key = Fingerprint(of: "key")
        let certificate = Fingerprint(of: "certificate")
        let byKey = PolledRequest.sample(binding: .init(proofKey: key), decision: .granted("family-1"))
        let byCertificate = PolledRequest.sample(
            binding: .init(certificate: certificate),
            decision: .granted("family-1")
        )
        #expect(throws: Refusal.proofMissing) { try decide(byKey, family: .sample, standing: .sample) }
        #expect(throws: Refusal.proofKeyDiffers) {
            try decide(byKey, family: .sample, standing: .sample, proofKey: Fingerprint(of: "another"))
        }
        #expect(
            try decide(byKey, family: .sample, standing: .sample, proofKey: key).confirmation == .key(key)
        )
        #expect(throws: Refusal.certificateDiffers) { try decide(byCertificate, family: .sample, standing: .sample) }
        _ = try decide(byCertificate, family: .sample, standing: .sample, certificate: certificate)
    }

    @Test func `what has ended since the yes buys nothing`() {
        #expect(throws: Refusal.familyRevoked) {
            try decide(Self.granted, family: .sample(revoked: .noon), standing: .sample)
        }
        #expect(throws: Refusal.consentEnded) {
            try decide(Self.granted, family: .sample, standing: .sample(isInForce: false))
        }
        #expect(throws: Refusal.familyRevoked) { try decide(Self.granted) }
    }

    @Test func `one question is asked while nobody has decided, and three for a consent`() async throws {
        var shelf = GrantShelf.sample
        shelf.polledRequests = [PolledRequest.sample.fingerprint: Self.granted]
        let request = TokenRequest(
            fields: try TokenFields(Self.form),
            client: Self.client,
            certificate: nil,
            lifetimes: Lifetimes(),
            now: .noon + 30,
            freshToken: TokenRequest.sampleFreshToken
        )
        let facts = try await DeviceCodeGrant().load(request, from: shelf)
        #expect(try DeviceCodeGrant().decide(request, facts).subject == .person(.sample))
    }

    @Test(arguments: ["require_pushed_authorization_requests", "require_signed_request_object"] as [WireText])
    func `a client whose requests must be pushed or signed cannot register for devices`(member: WireText) throws {
        var document: [JSON.Member] = [
            JSON.Member("client_id", "tv"), JSON.Member("token_endpoint_auth_method", "private_key_jwt"),
            JSON.Member("jwks", SampleAssertion.keys(SampleAssertion.key).json),
            JSON.Member("grant_types", .array([.text(DeviceCodeGrant.type.name)])),
        ]
        #expect(try ClientMetadata.read(.object(document)).redirectURIs.isEmpty)
        document.append(JSON.Member(member, true))
        let problem = #expect(throws: ClientMetadata.Problem.self) { try ClientMetadata.read(.object(document)) }
        #expect(problem?.member == "grant_types")
    }
}

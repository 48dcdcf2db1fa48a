import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct ConfirmationTests {
    private static let certificate = Fingerprint(of: "certificate")
    private static let key = Fingerprint(of: "key")
    private static let plain = Client.sample
    private static let byCertificate = Client.sample(senderConstraint: .certificate)
    private static let byKey = Client.sample(senderConstraint: .proofOfPossession)

    @Test func `TK-56 of two bindings the client's setting chooses, and never neither`() throws {
        func decide(_ client: Client, _ certificate: Fingerprint?, _ key: Fingerprint?) throws(Refusal) -> OAuth
            .Confirmation?
        {
            try OAuth.Confirmation.decide(for: client, certificate: certificate, key: key)
        }
        #expect(try decide(Self.byCertificate, Self.certificate, Self.key) == .certificate(Self.certificate))
        #expect(try decide(Self.byKey, Self.certificate, Self.key) == .key(Self.key))
        #expect(try decide(Self.plain, Self.certificate, Self.key) == .key(Self.key))
        #expect(try decide(Self.plain, Self.certificate, nil) == nil)
        #expect(throws: Refusal.certificateMissing) { try decide(Self.byCertificate, nil, Self.key) }
        #expect(throws: Refusal.proofMissing) { try decide(Self.byKey, Self.certificate, nil) }
    }

    @Test(arguments: [FormFields.sampleRedemption, .sampleRefresh, .init([.init("grant_type", "client_credentials")])])
    func `TK-57 no grant gives an unbound token to a client that must have bound ones`(form: FormFields) throws {
        for (client, refusal) in [
            (Self.byCertificate, Refusal.certificateMissing), (Self.byKey, Refusal.proofMissing),
        ] {
            #expect(throws: refusal) { try issue(form, client) }
        }
        #expect(try issue(form, Self.byCertificate, certificate: Self.certificate) == .certificate(Self.certificate))
        #expect(try issue(form, Self.byKey, key: Self.key) == .key(Self.key))
        #expect(try issue(form, Self.plain) == nil)
    }

    private func issue(
        _ form: FormFields,
        _ client: Client,
        certificate: Fingerprint? = nil,
        key: Fingerprint? = nil
    ) throws(Refusal) -> OAuth.Confirmation? {
        let request = try TokenRequest.sample(form, client: client, certificate: certificate, proofKey: key)
        switch form["grant_type"] {
        case "authorization_code":
            let facts = AuthorizationCodeGrant.Facts(code: .sample, standing: .sample)
            return try AuthorizationCodeGrant().decide(request, facts).confirmation
        case "refresh_token":
            let facts = RefreshTokenGrant.Facts(record: .sample, standing: .sample)
            return try RefreshTokenGrant().decide(request, facts).confirmation
        default: return try ClientCredentialsGrant().decide(request, ()).confirmation
        }
    }

    @Test func `PA-10 a code that was asked for with a key is redeemed with a proof of it`() throws {
        func redeem(_ key: Fingerprint?) throws(Refusal) -> OAuth.Confirmation? {
            let code = CodeRecord.sample(proofKey: key)
            let request = try TokenRequest.sample(.sampleRedemption, proofKey: Self.key)
            let facts = AuthorizationCodeGrant.Facts(code: code, standing: .sample)
            return try AuthorizationCodeGrant().decide(request, facts).confirmation
        }
        #expect(try redeem(Self.key) == .key(Self.key))
        #expect(try redeem(nil) == .key(Self.key))
        #expect(throws: Refusal.proofKeyDiffers) { try redeem(Fingerprint(of: "another")) }
        #expect(throws: Refusal.proofMissing) {
            let request = try TokenRequest.sample(.sampleRedemption)
            let facts = AuthorizationCodeGrant.Facts(code: .sample(proofKey: Self.key), standing: .sample)
            return try AuthorizationCodeGrant().decide(request, facts)
        }
    }

    /// Confidential clients prove anew who they are: their certificates and keys may change while a consent lives.
    @Test func `TK-44 what a public client refreshes stays with its key or certificate`() throws {
        let app = Client.sample(authentication: .none, grantTypes: ["authorization_code", "refresh_token"])
        func refresh(
            _ bound: OAuth.Confirmation?,
            by client: Client = app,
            certificate: Fingerprint? = nil,
            key: Fingerprint? = nil
        ) throws -> OAuth.Confirmation? {
            let request = try TokenRequest.sample(
                .sampleRefresh,
                client: client,
                certificate: certificate,
                proofKey: key
            )
            let facts = RefreshTokenGrant.Facts(record: .sample(confirmation: bound), standing: .sample)
            let issuance = try RefreshTokenGrant().decide(request, facts)
            let next = issuance.changes.compactMap { change -> OAuth.Confirmation?? in
                guard case .issueRefreshToken(let record) = change else { return nil }
                return record.confirmation
            }
            #expect(next.count == 1)
            // The next one is bound as this one was, and that of a confidential client never is.
            #expect(next.first == .some(client.isPublic ? issuance.confirmation : nil))
            return issuance.confirmation
        }
        let other = Fingerprint(of: "another")
        #expect(try refresh(.key(Self.key), key: Self.key) == .key(Self.key))
        #expect(throws: Refusal.proofMissing) { try refresh(.key(Self.key)) }
        #expect(throws: Refusal.proofMissing) { try refresh(.key(Self.key), certificate: Self.certificate) }
        #expect(throws: Refusal.proofKeyDiffers) { try refresh(.key(Self.key), key: other) }
        let bound = Client.sample(
            authentication: .none,
            grantTypes: ["authorization_code", "refresh_token"],
            senderConstraint: .certificate
        )
        let certificate = OAuth.Confirmation.certificate(Self.certificate)
        #expect(try refresh(certificate, by: bound, certificate: Self.certificate) == certificate)
        #expect(throws: Refusal.certificateDiffers) { try refresh(certificate, by: bound, certificate: other) }
        #expect(throws: Refusal.certificateDiffers) { try refresh(certificate, by: bound) }
        #expect(try refresh(nil, by: .sample, key: other) == .key(other))
        #expect(try refresh(nil) == nil)
    }

    @Test func `TK-50 a claim is one binding in Base64url, and anything else is no token of ours`() throws {
        let print = WireText(Base64URL.encode(Self.key.bytes))
        #expect(OAuth.Confirmation(["jkt": .text(print)]) == .key(Self.key))
        #expect(OAuth.Confirmation(["x5t#S256": .text(print)]) == .certificate(Self.key))
        for wrong in [
            [:], "x", nil, ["jkt": 1], ["x5t": .text(print)], ["jkt": .text(print), "x5t#S256": .text(print)],
            ["x5t#S256": .text(WireText("\(print)="))], ["x5t#S256": .text(WireText(Hex.encode(Self.key.bytes)))],
            ["kid": "x"],
        ] as [JSON] { #expect(OAuth.Confirmation(wrong) == nil, "\(wrong)") }
        for confirmation in [OAuth.Confirmation.key(Self.key), .certificate(Self.key)] {
            #expect(OAuth.Confirmation(confirmation.claim) == confirmation)
        }
    }
}

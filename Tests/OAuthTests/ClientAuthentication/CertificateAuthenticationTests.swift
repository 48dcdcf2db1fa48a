import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// `tls_client_auth` and `self_signed_tls_client_auth`: RFC 8705 §2.
struct CertificateAuthenticationTests {
    static let named = FormFields([.init("client_id", "tpp-1")])
    static let dn: WireText = "CN=tpp-1,2.5.4.97=PSDGB-FCA-123456,O=Sample Third Party,C=GB"

    static let authorities = Result {
        let block = PEM.Block(label: "CERTIFICATE", bytes: SampleCertificates.authority)
        return try CertificateAuthorities(pem: WireText(PEM.write(block)))
    }

    private func decide(
        _ client: Client,
        showing der: [UInt8]?,
        through issuers: [[UInt8]] = [],
        believesNobody: Bool = false,
        sending form: FormFields = named,
        at now: Timestamp = .noon
    ) throws -> AuthenticatedClient {
        try ClientAuthentication.decide(
            try PresentedClient(try TokenFields(form), basic: nil),
            client,
            audiences: ClientAssertionTests.audiences,
            certificate: der.map { ShownCertificate(der: $0, issuers: issuers) },
            authorities: believesNobody ? nil : try Self.authorities.get(),
            at: now
        )
    }

    private func client(_ member: WireText = "tls_client_auth_subject_dn", _ text: WireText = dn) throws -> Client {
        .sample(authentication: .mutualTLS(try #require(CertificateName(member, text))))
    }

    @Test(
        arguments: [
            ("tls_client_auth_subject_dn", dn), ("tls_client_auth_san_dns", "tpp.example"),
            ("tls_client_auth_san_dns", "TPP.Example"), ("tls_client_auth_san_uri", "https://tpp.example/id"),
            ("tls_client_auth_san_ip", "192.0.2.7"), ("tls_client_auth_san_ip", "2001:db8::7"),
            ("tls_client_auth_san_ip", "2001:0DB8:0:0:0:0:0:7"), ("tls_client_auth_san_email", "Ops@tpp.example"),
        ] as [(WireText, WireText)]
    )
    func `a certificate with the registered name proves the client`(member: WireText, text: WireText) throws {
        for der in [SampleCertificates.client, SampleCertificates.reissued] {
            let proved = try decide(try client(member, text), showing: der)
            #expect(proved.client.id == "tpp-1")
            #expect(proved.changes.isEmpty)
        }
        let through = [SampleCertificates.intermediate]
        let long = SampleCertificates.throughIntermediate
        #expect(try decide(try client(member, text), showing: long, through: through).client.id == "tpp-1")
    }

    @Test(
        arguments: [
            ("tls_client_auth_subject_dn", "CN=tpp.example"), ("tls_client_auth_subject_dn", "CN=tpp-1"),
            ("tls_client_auth_san_dns", "tpp-1"), ("tls_client_auth_san_dns", "example"),
            ("tls_client_auth_san_dns", "a.tpp.example"), ("tls_client_auth_san_dns", "tpp.example."),
            ("tls_client_auth_san_dns", "192.0.2.7"), ("tls_client_auth_san_uri", "https://tpp.example/ID"),
            ("tls_client_auth_san_uri", "https://tpp.example/id/"),
            ("tls_client_auth_san_uri", "https://TPP.example/id"),
            ("tls_client_auth_san_ip", "192.0.2.8"), ("tls_client_auth_san_ip", "::ffff:192.0.2.7"),
            ("tls_client_auth_san_email", "ops@tpp.example"),
        ] as [(WireText, WireText)]
    )
    func `TK-51 another name, or the name in another place, proves nothing`(member: WireText, text: WireText) throws {
        let client = try client(member, text)
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: SampleCertificates.client) }
    }

    @Test func `TL-04 the right name from another authority proves nothing`() throws {
        let client = try client()
        for der in [
            SampleCertificates.ofStrangeAuthority, SampleCertificates.selfSigned, SampleCertificates.expired,
            SampleCertificates.future, SampleCertificates.forServers, SampleCertificates.throughIntermediate,
            SampleCertificates.other, SampleCertificates.nothing, [], [0x30, 0x00], SampleCertificates.client + [0],
        ] {
            #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: der) }
        }
        let good = SampleCertificates.client
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: good, believesNobody: true) }
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: good, at: .noon - 86_400 * 365) }
    }

    @Test func `TL-05 a client that is known by its certificate is nobody without one`() throws {
        let keys: JSON = [
            "keys": [["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]]
        ]
        for authentication in [
            try client().authentication, .selfSignedTLS(try SelfSignedTLS.read(keys)),
        ] as [Client.Authentication] {
            let client = Client.sample(authentication: authentication)
            #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: nil) }
        }
    }

    @Test func `TK-02 a certificate stands in for nothing else, and nothing else for a certificate`() throws {
        let good = SampleCertificates.client
        for other in ClientAuthenticationTests.all where !other.isPublic {
            #expect(throws: Refusal.clientCredentialsWrong) { try decide(other, showing: good) }
        }
        // A public client that happens to show one is what it was.
        #expect(try decide(ClientAuthenticationTests.withoutProof, showing: good).client.isPublic)
        let client = try client()
        let secret = Self.named.adding("client_secret", Client.sampleSecret)
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: good, sending: secret) }
        // TK-01: the method counts that is registered, even beside the right certificate.
        let assertion = ClientAuthenticationTests.assertionForm(try SampleAssertion.text())
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: good, sending: assertion) }
        #expect(throws: Refusal.clientCredentialsWrong) {
            try decide(.sample(isEnabled: false, authentication: client.authentication), showing: good)
        }
    }

    private func registered(_ der: [UInt8], withCertificate: Bool) throws -> Client {
        let key = JWK(try #require(try Certificate(der: der).publicKey), keyID: "tls").json
        let chain: JSON.Member? = withCertificate ? .init("x5c", [.text(WireText(Base64.encode(der)))]) : nil
        let keys: JSON = ["keys": [.object((key.members ?? []) + [chain].compactMap { $0 })]]
        return .sample(authentication: .selfSignedTLS(try SelfSignedTLS.read(keys)))
    }

    @Test func `a certificate that the client registered proves it, and no other of the same key`() throws {
        let client = try registered(SampleCertificates.selfSigned, withCertificate: true)
        #expect(try decide(client, showing: SampleCertificates.selfSigned).client.id == "tpp-1")
        for der in [
            SampleCertificates.client, SampleCertificates.reissued, SampleCertificates.otherSelfSigned, [0x30, 0x00],
        ] {
            #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: der) }
        }
        let early = Timestamp(1_735_600_000)
        let selfSigned = SampleCertificates.selfSigned
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: selfSigned, at: early) }
    }

    @Test func `TK-51 a key that the client registered proves it by any certificate of its own time`() throws {
        let client = try registered(SampleCertificates.selfSigned, withCertificate: false)
        for der in [SampleCertificates.selfSigned, SampleCertificates.reissued, SampleCertificates.ofStrangeAuthority] {
            #expect(try decide(client, showing: der).client.id == "tpp-1")
        }
        for der in [SampleCertificates.otherSelfSigned, SampleCertificates.expired, SampleCertificates.future] {
            #expect(throws: Refusal.clientCredentialsWrong) { try decide(client, showing: der) }
        }
    }
}

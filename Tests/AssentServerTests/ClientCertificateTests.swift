import AssentServer
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Certificates of clients, from the connection or from a proxy, as far as the token endpoint.
struct ClientCertificateTests {
    private static let form = FormFields([.init("grant_type", "client_credentials"), .init("client_id", "tpp-tls")])
    private static let good: WireText = WireText(":\(Base64.encode(SampleCertificates.client)):")

    private func house(proxies: Set<WireText> = [], readsFields: Bool = true) throws -> SampleHouse {
        let name = try #require(CertificateName("tls_client_auth_san_dns", "tpp.example"))
        let block = PEM.Block(label: "CERTIFICATE", bytes: SampleCertificates.authority)
        return try SampleHouse(
            store: MemoryStore(),
            clients: [.sample, .sample(id: "tpp-tls", authentication: .mutualTLS(name))],
            certificates: CertificateIntake(
                isOpen: true,
                proxies: proxies,
                readsFields: readsFields,
                origin: "https://mtls.bank.example"
            ),
            authorities: try CertificateAuthorities(pem: WireText(PEM.write(block)))
        )
    }

    @Test func `the certificate of the connection proves the client`() async throws {
        let house = try house()
        let good = await house.send(.post, "/token", form: Self.form, showing: SampleCertificates.client)
        #expect(good.status == .ok)
        for der in [nil, SampleCertificates.other, SampleCertificates.selfSigned] as [[UInt8]?] {
            let refused = await house.send(.post, "/token", form: Self.form, showing: der)
            #expect(refused.status == .unauthorized)
            #expect(refused.error == "invalid_client")
        }
        // RFC 8705 §5: by the other name as well.
        let alias = "mtls.bank.example" as WireText
        let there = await house.send(
            .post,
            "/token",
            authority: alias,
            form: Self.form,
            showing: SampleCertificates.client
        )
        #expect(there.status == .ok)
        #expect(await house.send(.get, "/jwks", authority: "evil.example").status == .misdirectedRequest)
    }

    @Test(arguments: ["client-cert", "x-ssl-client-cert", "ssl_client_cert", "x-forwarded-client-cert"])
    func `HT-63 what a stranger says of a certificate is not read`(name: String) async throws {
        let field = try #require(FieldName(WireText(name)))
        // 192.0.2.1 is nobody's proxy: not by default, and not where another address is.
        for proxies in [[], ["192.0.2.9", "unix"]] as [Set<WireText>] {
            let house = try house(proxies: proxies)
            let refused = await house.send(.post, "/token", form: Self.form, [(field, Self.good)])
            #expect(refused.error == "invalid_client")
            // Not even that it makes no sense is noticed, or that it comes twice.
            let twice = [(field, "x"), (field, "y")] as [(FieldName, WireText)]
            #expect(await house.send(.get, "/jwks", twice).status == .ok)
        }
    }

    @Test func `HT-63 a proxy that is configured is believed, by the one field and if it comes once`() async throws {
        let house = try house(proxies: ["192.0.2.1"])
        #expect(await house.send(.post, "/token", form: Self.form, [("Client-Cert", Self.good)]).status == .ok)
        let twice = await house.send(
            .post,
            "/token",
            form: Self.form,
            [("client-cert", Self.good), ("CLIENT-CERT", Self.good)]
        )
        #expect(twice.status == .badRequest)
        #expect(await house.send(.post, "/token", form: Self.form, [("Client-Cert", "x")]).status == .badRequest)
        for name in ["x-ssl-client-cert", "x-forwarded-client-cert", "client_cert"] as [FieldName] {
            #expect(await house.send(.post, "/token", form: Self.form, [(name, Self.good)]).error == "invalid_client")
        }
        // The certificate of the proxy itself is not the client's.
        let own = await house.send(.post, "/token", form: Self.form, showing: SampleCertificates.client)
        #expect(own.error == "invalid_client")
        // A proxy is believed about what was shown, not about what it is worth.
        let forged = WireText(":\(Base64.encode(SampleCertificates.ofStrangeAuthority)):")
        #expect(await house.send(.post, "/token", form: Self.form, [("Client-Cert", forged)]).error == "invalid_client")
    }

    @Test func `HT-63 a proxy that lets TLS through to a listener for certificates is not believed about them`()
        async throws
    {
        let house = try house(proxies: ["192.0.2.1"], readsFields: false)
        let claimed = await house.send(.post, "/token", form: Self.form, [("Client-Cert", Self.good)])
        #expect(claimed.error == "invalid_client")
        let shown = await house.send(.post, "/token", form: Self.form, showing: SampleCertificates.client)
        #expect(shown.status == .ok)
        let other = await house.send(
            .post,
            "/token",
            form: Self.form,
            [("Client-Cert", Self.good)],
            showing: SampleCertificates.other
        )
        #expect(other.error == "invalid_client")
    }

    @Test(arguments: ["https://mtls.bank.example", nil] as [WireText?])
    func `TK-08 an assertion may name the host for certificates, where there is one`(origin: WireText?) async throws {
        let house = try SampleHouse(
            store: MemoryStore(),
            certificates: CertificateIntake(isOpen: true, origin: origin)
        )
        for (audience, isOurs) in [
            ("https://bank.example/token", true), ("https://mtls.bank.example/token", origin != nil),
            ("https://mtls.bank.example/par", false), ("https://mtls.bank.example", false),
        ] as [(WireText, Bool)] {
            let assertion = try SampleAssertion.text(changing: [
                "iss": "tpp-keys", "sub": "tpp-keys", "aud": .text(audience), "jti": .text(audience),
            ])
            let form = FormFields([
                .init("grant_type", "client_credentials"), .init("client_assertion", assertion),
                .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ])
            let answer = await house.send(.post, "/token", form: form)
            #expect(answer.status == (isOurs ? .ok : .unauthorized), "\(audience)")
        }
    }

    @Test func `discovery offers what can work here, and where`() async throws {
        func document(of house: SampleHouse) async throws -> JSON {
            let answer = await house.send(.get, "/.well-known/openid-configuration")
            // RFC 8414 §5: who looks at either place finds the same.
            #expect(await house.send(.get, "/.well-known/oauth-authorization-server").body == answer.body)
            return try #require(answer.json)
        }
        let open = try await document(of: try house())
        let methods = try #require(open["token_endpoint_auth_methods_supported"]?.texts)
        #expect(methods.contains("tls_client_auth") && methods.contains("self_signed_tls_client_auth"))
        #expect(open["tls_client_certificate_bound_access_tokens"] == true)
        #expect(open["mtls_endpoint_aliases"]?["token_endpoint"] == "https://mtls.bank.example/token")
        for alias in open["mtls_endpoint_aliases"]?.members ?? [] {
            let url = try #require(open[alias.name]?.text).string
            #expect(alias.value.text?.string == url.replacing("//bank.", with: "//mtls.bank."))
        }
        let closed = try await document(of: try SampleHouse(store: MemoryStore()))
        #expect(closed["mtls_endpoint_aliases"] == nil)
        #expect(closed["tls_client_certificate_bound_access_tokens"] == false)
        for name in ["token", "introspection", "revocation"] as [WireText] {
            let methods = try #require(closed[WireText("\(name)_endpoint_auth_methods_supported")]?.texts)
            #expect(!methods.contains { $0.hasPrefix("tls") || $0.hasPrefix("self") })
        }
        let half = try SampleHouse(store: MemoryStore(), certificates: CertificateIntake(isOpen: true))
        let offered = try await document(of: half)
        let names = try #require(offered["token_endpoint_auth_methods_supported"]?.texts)
        #expect(!names.contains("tls_client_auth") && names.contains("self_signed_tls_client_auth"))
    }
}

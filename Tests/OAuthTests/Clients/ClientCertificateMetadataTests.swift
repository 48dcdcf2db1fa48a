import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// What RFC 8705 adds to a registration.
struct ClientCertificateMetadataTests {
    private func read(_ changes: [WireText: JSON?]) throws(ClientMetadata.Problem) -> Client {
        let base: [WireText: JSON?] = ["client_secret_sha256": nil]
        return try ClientMetadataTests().read(base.merging(changes) { $1 })
    }

    private func problem(_ changes: [WireText: JSON?]) -> WireText? {
        do { _ = try read(changes) } catch { return error.member }
        return nil
    }

    @Test(
        arguments: [
            ("tls_client_auth_subject_dn", "CN=tpp-1,O=Bank"), ("tls_client_auth_san_dns", "tpp.example"),
            ("tls_client_auth_san_uri", "urn:x:tpp"), ("tls_client_auth_san_ip", "192.0.2.7"),
            ("tls_client_auth_san_email", "ops@tpp.example"),
        ] as [(WireText, WireText)]
    )
    func `one name is what a client with tls_client_auth is known by`(member: WireText, text: WireText) throws {
        let client = try read(["token_endpoint_auth_method": "tls_client_auth", member: .text(text)])
        guard case .mutualTLS(let name) = client.authentication else {
            Issue.record("The method is another.")
            return
        }
        #expect(name.member == member)
        #expect(name.text == text)
        #expect(client.authentication.isByCertificate)
        #expect(!client.isPublic)
    }

    @Test func `two names, none, or a name without its method are refused`() {
        let method: [WireText: JSON?] = ["token_endpoint_auth_method": "tls_client_auth"]
        #expect(problem(method) == "token_endpoint_auth_method")
        #expect(
            problem(
                method.merging(["tls_client_auth_san_dns": "a.example", "tls_client_auth_subject_dn": "CN=a"]) { $1 }
            ) == "tls_client_auth_san_dns"
        )
        #expect(
            problem(["tls_client_auth_san_dns": "a.example", "token_endpoint_auth_method": "private_key_jwt"])
                == "token_endpoint_auth_method"
        )
        #expect(
            problem(
                method.merging([
                    "tls_client_auth_san_dns": "a.example",
                    "client_secret_sha256": .text(WireText(String(repeating: "0", count: 64))),
                ]) { $1 }
            ) == "client_secret_sha256"
        )
    }

    @Test(
        arguments: [
            ("tls_client_auth_subject_dn", "tpp"), ("tls_client_auth_subject_dn", ""),
            ("tls_client_auth_san_dns", "*.example"), ("tls_client_auth_san_dns", "a b"),
            ("tls_client_auth_san_uri", "tpp"), ("tls_client_auth_san_ip", "tpp.example"),
            ("tls_client_auth_san_ip", "192.0.2.0/24"), ("tls_client_auth_san_email", "tpp.example"),
            ("tls_client_auth_san_email", "a@b@c"),
        ] as [(WireText, WireText)]
    )
    func `TK-51 what is no name of its kind is refused`(member: WireText, text: WireText) {
        #expect(problem(["token_endpoint_auth_method": "tls_client_auth", member: .text(text)]) == member)
    }

    @Test func `self_signed_tls_client_auth needs certificates or keys, and a certificate its own key`() throws {
        let own = try #require(try Certificate(der: SampleCertificates.selfSigned).publicKey)
        func keys(_ x5c: JSON?) -> JSON {
            ["keys": [.object((JWK(own, keyID: "tls").json.members ?? []) + (x5c.map { [.init("x5c", $0)] } ?? []))]]
        }
        func encoded(_ der: [UInt8]) -> JSON { [.text(WireText(Base64.encode(der)))] }
        let method: [WireText: JSON?] = ["token_endpoint_auth_method": "self_signed_tls_client_auth"]
        func read(_ jwks: JSON) throws -> Client { try self.read(method.merging(["jwks": jwks]) { $1 }) }
        for (jwks, expected) in [
            (keys(nil), .key(own)),
            (
                keys(encoded(SampleCertificates.selfSigned)),
                .certificate(Fingerprint(of: SampleCertificates.selfSigned))
            ),
        ] as [(JSON, SelfSignedTLS.Registered)] {
            guard case .selfSignedTLS(let registered) = try read(jwks).authentication else {
                Issue.record("The method is another.")
                return
            }
            #expect(registered == [expected])
        }
        #expect(problem(method) == "jwks")
        for wrong in [
            keys(encoded(SampleCertificates.otherSelfSigned)), keys([]), keys("x"), keys(["x"]), ["keys": []], "x",
            keys(encoded([0x30, 0x00])), ["keys": [["kty": "oct", "k": "AAAA"]]],
        ] as [JSON] {
            #expect(problem(method.merging(["jwks": wrong]) { $1 }) == "jwks")
        }
    }

}

import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct CircumstancesTests {
    func circumstances(
        _ person: Identifier<Person> = "psu-anna",
        _ form: FormFields = .sampleAuthorization,
        by client: Client = .sample
    ) throws -> Circumstances {
        Circumstances(person, try AuthorizationRequest.read(form, by: client))
    }

    @Test
    func `an earlier yes counts again for the same person, client, address and credential`() throws {
        let first = try circumstances()
        let otherwise = FormFields.sampleAuthorization
            .setting("scope", "openid").setting("state", "x").setting("nonce", "y").setting("claims", nil)
        #expect(try circumstances("psu-anna", otherwise) == first)
        #expect(try circumstances(by: .sample(introspectsAll: true)) == first)
    }

    @Test
    func `an earlier yes was for nobody else`() throws {
        let first = try circumstances()
        #expect(try circumstances("psu-bert") != first)
        #expect(try circumstances("psu-anna\u{301}") != first)
        let other = FormFields.sampleAuthorization.setting("client_id", "tpp-3")
        #expect(try circumstances("psu-anna", other, by: .sample(id: "tpp-3")) != first)
        let elsewhere = FormFields.sampleAuthorization.setting("redirect_uri", "https://c.example/2")
        #expect(try circumstances("psu-anna", elsewhere, by: .sample(redirectURIs: ["https://c.example/2"])) != first)
    }

    @Test
    func `an earlier yes was to who held those keys`() throws {
        let authentications: [Client.Authentication] = [
            .none, .secretBasic(ClientSecret(Fingerprint(of: "a"))), .secretPost(ClientSecret(Fingerprint(of: "b"))),
            .privateKeyJWT(SampleAssertion.keys(SampleAssertion.key)),
            .privateKeyJWT(SampleAssertion.keys(SampleAssertion.strangersKey)),
            .mutualTLS(try #require(CertificateName("tls_client_auth_san_dns", "a.example"))),
            .mutualTLS(try #require(CertificateName("tls_client_auth_san_dns", "b.example"))),
            .mutualTLS(try #require(CertificateName("tls_client_auth_subject_dn", "CN=a.example"))),
            .selfSignedTLS([.certificate(Fingerprint(of: "a"))]), .selfSignedTLS([.certificate(Fingerprint(of: "b"))]),
            .selfSignedTLS([.key(SampleAssertion.key.jwk.key)]),
        ]
        let all = try authentications.map { try circumstances(by: .sample(authentication: $0)) }
        #expect(Set(all).count == authentications.count)
        for (authentication, expected) in zip(authentications, all) {
            #expect(try circumstances(by: .sample(authentication: authentication)) == expected)
        }
    }
}

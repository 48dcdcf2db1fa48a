import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct ClientTests {
    @Test
    func `a client may be sent to any of its own URIs and to no other`() {
        let client = Client.sample(redirectURIs: ["https://c.example/1", "https://c.example/2"])
        #expect(client.allowsRedirect(to: "https://c.example/1"))
        #expect(client.allowsRedirect(to: "https://c.example/2"))
        #expect(!client.allowsRedirect(to: "https://c.example/3"))
        #expect(!Client.sample(redirectURIs: []).allowsRedirect(to: "https://c.example/1"))
    }

    @Test
    func `only a client without proof is public`() {
        #expect(Client.sample(authentication: .none).isPublic)
        #expect(!Client.sample(authentication: .secretBasic(ClientSecret(Fingerprint(of: "x")))).isPublic)
        #expect(!Client.sample(authentication: .secretPost(ClientSecret(Fingerprint(of: "x")))).isPublic)
        #expect(!Client.sample(authentication: .privateKeyJWT(.empty)).isPublic)
    }
}

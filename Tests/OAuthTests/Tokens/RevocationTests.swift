import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct RevocationTests {
    @Test
    func `IR-06 a refresh token takes along everything that was granted with it`() {
        #expect(Revocation.changes(.sample, by: .sample, at: .noon) == [.revokeFamily("family-1", at: .noon)])
        #expect(
            Revocation.changes(.sample(spent: .noon), by: .sample, at: .noon) == [.revokeFamily("family-1", at: .noon)]
        )
    }

    @Test
    func `IR-06 an access token goes alone`() {
        #expect(
            Revocation.changes(AccessTokenTests.personal, by: .sample)
                == [
                    .revokeAccessToken(
                        Fingerprint(of: "jti-1"),
                        expires: .noon + 600,
                        leaving: TokenFamily.sample.place
                    )
                ]
        )
    }

    @Test
    func `IR-06 a token that never was changes nothing`() {
        #expect(Revocation.changes(nil, by: .sample, at: .noon) == [])
    }

    @Test
    func `IR-04 nobody revokes what is another's, resource servers included`() {
        let resourceServer = Client.sample(id: "rs", introspectsAll: true)
        for client in [Client.other, resourceServer, .sample(id: "TPP-1")] {
            #expect(Revocation.changes(.sample, by: client, at: .noon) == [])
            #expect(Revocation.changes(AccessTokenTests.personal, by: client) == [])
            #expect(Revocation.changes(AccessTokenTests.ofClient, by: client) == [])
        }
    }
}

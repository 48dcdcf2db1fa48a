import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// What the table says, as far as the suites of OpenID ask for it: conformance.md 4.2.
struct ProfileTests {
    @Test
    func `profiles are called in documents as they are called everywhere`() {
        #expect(
            Profile.allCases.map(\.rawValue) == [
                "oauth21", "openid-connect", "fapi1-advanced-uk", "fapi2", "fapi2-message-signing",
            ]
        )
    }

    @Test(arguments: [Profile.fapi1AdvancedUK, .fapi2, .fapi2MessageSigning])
    func `TK-02 FAPI knows a client by a key or a certificate only, and binds what it gets`(profile: Profile) {
        let demands = profile.demands
        let weak = ["none", "client_secret_basic", "client_secret_post", "client_secret_jwt"] as Set<WireText>
        #expect(demands.authenticationMethods?.isDisjoint(with: weak) == true)
        #expect(demands.authenticationMethods?.contains("private_key_jwt") == true)
        #expect(demands.senderConstraints.contains(.certificate))
        #expect(!demands.algorithms.contains(.rs256) && !demands.algorithms.contains(.hs256))
    }

    @Test
    func `AZ-31 without PKCE go confidential clients that ask for logins, and nobody else`() throws {
        let form = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)
            .setting("code_challenge", nil).setting("code_challenge_method", nil).setting("nonce", nil)
        let login = Client.sample(scope: ["openid"], profile: .openIDConnect)
        #expect(try AuthorizationRequest.read(form, by: login).challenge == nil)
        let half = form.setting("code_challenge", Challenge.sampleText)
        #expect(throws: Refusal.challengeMethodUnsupported) { try AuthorizationRequest.read(half, by: login) }
        #expect(throws: Refusal.challengeMissing) {
            try AuthorizationRequest.read(form, by: .sample(scope: ["openid"]))
        }

        func problem(_ members: [JSON.Member]) -> WireText? {
            let document = JSON.object(
                [
                    .init("client_id", "rp"), .init("profile", "openid-connect"),
                    .init("redirect_uris", ["https://c.example/cb"]),
                ] + members
            )
            do {
                _ = try ClientMetadata.read(document)
                return nil
            } catch { return error.member }
        }
        let secret = JSON.Member("client_secret_sha256", .text(WireText(String(repeating: "0", count: 64))))
        #expect(problem([secret]) == nil)
        #expect(problem([.init("token_endpoint_auth_method", "none")]) == "token_endpoint_auth_method")
        #expect(problem([secret, .init("scope", "openid accounts")]) == "scope")
        #expect(problem([secret, .init("response_types", ["none"])]) == "response_types")
    }

    @Test
    func `TK-08 only FAPI 2 wants the issuer alone, and only FAPI 1 bears others beside us`() {
        #expect(Profile.oauth21.demands.assertionAudience == .ours)
        #expect(Profile.fapi1AdvancedUK.demands.assertionAudience == .oursAmongOthers)
        #expect(Profile.fapi2.demands.assertionAudience == .issuerAlone)
        #expect(Profile.fapi2MessageSigning.demands.assertionAudience == .issuerAlone)
    }

    @Test
    func `message signing is the security profile with requests and answers signed`() {
        let (plain, signed) = (Profile.fapi2.demands, Profile.fapi2MessageSigning.demands)
        #expect(!plain.needsSignedRequest && signed.needsSignedRequest)
        #expect(plain.signedAnswers.isEmpty && signed.signedAnswers == [.code])
        #expect(plain.needsPush && signed.needsPush)
        #expect(plain.longestCodeSeconds == 60 && signed.longestCodeSeconds == 60)
        #expect(plain.responseTypes == [.code] && signed.responseTypes == [.code])
    }

    @Test(arguments: [Profile.fapi2, .fapi2MessageSigning])
    func `PA-07 what a profile wants pushed is not taken from a browser`(profile: Profile) {
        #expect(throws: Refusal.requestNotPushed) {
            try AuthorizationRequest.read(.sampleAuthorization, by: .sample(profile: profile))
        }
        #expect(Refusal.requestNotPushed.code == "invalid_request")
    }

    @Test
    func `RO-01 what a profile wants signed is not taken as parameters`() {
        let hybrid = FormFields.sampleAuthorization.setting("response_type", "code id_token")
        #expect(throws: Refusal.requestNotSigned) {
            try AuthorizationRequest.read(hybrid, by: .sample(profile: .fapi1AdvancedUK))
        }
        #expect(Refusal.requestNotSigned.code == "invalid_request")
    }
}

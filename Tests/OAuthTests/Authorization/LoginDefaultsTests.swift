import OAuth
import TestSupport
import Testing
import Text

/// OpenID Connect Registration §2: what a client asks of every login unless the request says otherwise.
struct LoginDefaultsTests {
    private func read(_ changes: [WireText: JSON]) throws(ClientMetadata.Problem) -> LoginDefaults {
        var document: JSON = [
            "client_id": "tpp-1", "client_secret_sha256": .text(WireText(String(repeating: "0", count: 64))),
            "redirect_uris": ["https://c.example/cb"],
        ]
        for (name, value) in changes { document = document.setting(name, value) }
        return try ClientMetadata.read(document).frontChannel.defaults
    }

    @Test func `what a client asks of every login holds where a request says nothing`() throws {
        let client = Client.sample(
            frontChannel: FrontChannel(defaults: try read(["default_max_age": 60, "default_acr_values": ["a", "b"]]))
        )
        let form = FormFields.sampleAuthorization
        let silent = try AuthorizationRequest.read(form, by: client)
        #expect(silent.maxAge?.seconds == 60 && silent.welcomeACR == ["a", "b"])
        let speaking = try AuthorizationRequest.read(
            form.setting("max_age", "7200").setting("acr_values", "c"),
            by: client
        )
        #expect(speaking.maxAge?.seconds == 7_200 && speaking.welcomeACR == ["c"])
        let essential =
            #"{"id_token":{"acr":{"essential":true,"value":"d"},"openbanking_intent_id":{"value":"consent-1","essential":true}}}"#
        let claiming = try AuthorizationRequest.read(form.setting("claims", WireText(essential)), by: client)
        #expect(claiming.welcomeACR == [] && claiming.claims.essentialACR == ["d"])
        let plain = try AuthorizationRequest.read(form)
        #expect(plain.maxAge == nil && plain.welcomeACR == [])
    }

    @Test func `an old login is too old for a client that wants young ones`() throws {
        let client = Client.sample(frontChannel: FrontChannel(defaults: try read(["default_max_age": 29])))
        let form = InteractionPolicyTests.login
        // The sample's login is half a minute old.
        #expect(try InteractionPolicyTests().step(form, client: client) == .logIn)
        #expect(try InteractionPolicyTests().step(form.setting("max_age", "30"), client: client) == .consent)
        #expect(try InteractionPolicyTests().step(form) == .consent)
    }

    @Test func `defaults of logins are read strictly`() throws {
        #expect(try read(["default_max_age": 0, "require_auth_time": true]).maxAge?.seconds == 0)
        let wrong: [(WireText, JSON)] = [
            ("default_max_age", -1), ("default_max_age", "60"), ("default_max_age", .number(1.5)),
            ("default_max_age", .integer(Int64(Int32.max) + 1)), ("default_max_age", .null),
            ("require_auth_time", "true"), ("default_acr_values", "a"), ("default_acr_values", ["a", "a"]),
        ]
        for (member, value) in wrong {
            let problem = #expect(throws: ClientMetadata.Problem.self) { try read([member: value]) }
            #expect(problem?.member == member)
        }
    }
}

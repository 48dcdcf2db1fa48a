import OAuth
import TestSupport
import Testing
import Text

struct RedirectionTargetTests {
    func target(_ form: FormFields, _ client: Client? = .sample) throws(Refusal) -> RedirectionTarget {
        try RedirectionTarget(AuthorizationFields(form), client: client)
    }

    @Test
    func `a registered URI of an enabled client is where the answer goes`() throws {
        let target = try target(.sampleAuthorization)
        #expect(target.client == "tpp-1")
        #expect(target.redirectURI == "https://c.example/cb")
        #expect(target.state == "af0ifjsldkj")
        #expect(target.mode == .query)
    }

    @Test
    func `AZ-01 a request without redirect URI is refused even where one is registered`() {
        for value in [nil, ""] as [WireText?] {
            #expect(throws: Refusal.redirectURIMissing) {
                try target(.sampleAuthorization.setting("redirect_uri", value))
            }
        }
    }

    @Test
    func `AZ-02 unknown and disabled clients and unregistered URIs are told the same`() {
        let unregistered = FormFields.sampleAuthorization.setting("redirect_uri", "https://evil.test/cb")
        #expect(throws: Refusal.clientUnknown) { try target(.sampleAuthorization, nil) }
        #expect(throws: Refusal.clientUnknown) { try target(.sampleAuthorization, .sample(isEnabled: false)) }
        #expect(throws: Refusal.redirectURIUnregistered) { try target(unregistered) }
        #expect(Refusal.clientUnknown.sentence == Refusal.redirectURIUnregistered.sentence)
        #expect(Refusal.clientUnknown.code == Refusal.redirectURIUnregistered.code)
        #expect(Refusal.clientUnknown.status == 400)
        #expect(Refusal.redirectURIUnregistered.status == 400)
    }

    @Test
    func `AZ-02 a request that is wrong by itself does not tell whether its client is known`() {
        let form = FormFields.sampleAuthorization.setting("redirect_uri", nil)
        #expect(throws: Refusal.redirectURIMissing) { try target(form, nil) }
        #expect(throws: Refusal.redirectURIMissing) { try target(form, .sample(isEnabled: false)) }
        #expect(throws: Refusal.redirectURIMissing) { try target(form) }
    }

    @Test(arguments: RedirectURITests.nearMisses.filter { !$0.isEmpty })
    func `AZ-04 a near miss of the redirect URI is no target`(uri: WireText) {
        #expect(throws: Refusal.redirectURIUnregistered) {
            try target(.sampleAuthorization.setting("redirect_uri", uri))
        }
    }

    @Test
    func `AZ-03 the redirect URI of another client is no target`() {
        #expect(throws: Refusal.redirectURIUnregistered) {
            try target(.sampleAuthorization.setting("redirect_uri", "https://other.example/cb"))
        }
    }

    @Test
    func `AZ-03 a client without redirect URIs has no target`() {
        #expect(throws: Refusal.redirectURIUnregistered) {
            try target(.sampleAuthorization, .sample(redirectURIs: []))
        }
    }

    @Test(arguments: ["client_id", "redirect_uri", "request_uri"] as [WireText])
    func `AZ-11 a parameter that says where errors go must not come twice`(name: WireText) throws {
        let parameter = try #require(Parameter(name: name))
        for value in ["https://c.example/cb", "tpp-1", "", "x"] as [WireText] {
            for form in [
                FormFields.sampleAuthorization.setting(name, "tpp-1").adding(name, value),
                FormFields.sampleAuthorization.setting(name, value).adding(name, "https://c.example/cb"),
            ] {
                #expect(throws: Refusal.parameterRepeated(parameter)) { try target(form) }
                #expect(throws: Refusal.parameterRepeated(parameter)) { try target(form, nil) }
            }
        }
    }

    @Test
    func `AZ-11 a client that is named twice is looked up by neither name`() {
        let form = FormFields.sampleAuthorization.adding("client_id", "tpp-2")
        #expect(throws: Refusal.parameterRepeated(.clientID)) {
            try RedirectionTarget.clientID(of: AuthorizationFields(form))
        }
    }

    @Test
    func `a request that names no client is refused`() {
        for value in [nil, ""] as [WireText?] {
            let form = FormFields.sampleAuthorization.setting("client_id", value)
            #expect(throws: Refusal.parameterMissing(.clientID)) { try target(form) }
            #expect(throws: Refusal.parameterMissing(.clientID)) {
                try RedirectionTarget.clientID(of: AuthorizationFields(form))
            }
        }
    }

    @Test
    func `a client other than the one named is no proof`() {
        #expect(throws: Refusal.clientUnknown) {
            try target(.sampleAuthorization.setting("client_id", "tpp-2"))
        }
    }

    @Test
    func `AZ-62 a URI or a client that went in the meantime is no target any more`() throws {
        _ = try target(.sampleAuthorization)
        #expect(throws: Refusal.redirectURIUnregistered) {
            try target(.sampleAuthorization, .sample(redirectURIs: ["https://c.example/new"]))
        }
        #expect(throws: Refusal.clientUnknown) { try target(.sampleAuthorization, .sample(isEnabled: false)) }
    }

    @Test(
        arguments: [
            ("code", nil, .query), ("code", "query", .query), ("code", "fragment", .fragment),
            ("code", "form_post", .formPost), ("code id_token", nil, .fragment), ("id_token code", nil, .fragment),
            ("code id_token", "fragment", .fragment), ("code id_token", "form_post", .formPost),
            ("code id_token", "query", .fragment), ("code", "jwt", .query), ("code", "query.jwt", .query),
            ("code", "web_message", .query), ("code", "QUERY", .query), ("code", "none", .query),
            ("code id_token", "jwt", .fragment), ("token", nil, .query), ("token", "fragment", .fragment),
            ("token", "form_post", .formPost), (nil, nil, .query), (nil, "form_post", .formPost),
        ] as [(WireText?, WireText?, ResponseMode)]
    )
    func `AZ-25 an error finds its way whatever is wrong with type or mode`(
        type: WireText?,
        mode: WireText?,
        expected: ResponseMode
    ) throws {
        let form = FormFields.sampleAuthorization.setting("response_type", type).setting("response_mode", mode)
        #expect(try target(form).mode == expected)
    }

    @Test
    func `AZ-22 without a state there is none`() throws {
        #expect(try target(.sampleAuthorization.setting("state", nil)).state == nil)
        #expect(try target(.sampleAuthorization.setting("state", "")).state == nil)
    }

    @Test(arguments: NaughtyStrings.all)
    func `AZ-20 a state is kept byte by byte`(state: WireText) throws {
        #expect(try target(.sampleAuthorization.setting("state", state)).state == state)
    }

    @Test(arguments: [("s", 1), ("~", 1), ("/", 3), ("\u{E9}", 6), ("\u{0}", 3)] as [(String, Int)])
    func `AZ-20 a state that is too long to be given back is not given back in part`(
        character: String,
        escapedBytes: Int
    ) throws {
        let longest = WireText(String(repeating: character, count: Limits.stateBytes / escapedBytes))
        #expect(try target(.sampleAuthorization.setting("state", longest)).state == longest)
        #expect(try target(.sampleAuthorization.setting("state", WireText("\(longest)s"))).state == nil)
    }

    @Test(arguments: ["state", "response_type", "response_mode"] as [WireText])
    func `AZ-40 a target does not depend on which of two values came first`(name: WireText) throws {
        let form = FormFields.sampleAuthorization.setting(name, nil)
        let values = ["form_post", "fragment", "code id_token", "x"] as [WireText]
        for first in values {
            for second in values {
                let forwards = try target(form.adding(name, first).adding(name, second))
                let backwards = try target(form.adding(name, second).adding(name, first))
                #expect(forwards == backwards)
            }
        }
    }

    @Test
    func `a target does not depend on the order of the fields`() throws {
        let expected = try target(.sampleAuthorization)
        for form in FormFields.sampleAuthorization.shuffles { #expect(try target(form) == expected) }
    }
}

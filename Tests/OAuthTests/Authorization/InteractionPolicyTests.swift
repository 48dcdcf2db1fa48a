import OAuth
import TestSupport
import Testing
import Text

struct InteractionPolicyTests {
    static let acr: WireText = "urn:assent:password"

    /// A login without accounts: the kind of request that can be remembered.
    static let login = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)

    func step(
        _ form: FormFields = login,
        session: Session? = .sample,
        loggedInHere: Bool = false,
        owner: Identifier<Person>? = nil,
        subject: WireText? = nil,
        hinted: WireText? = nil,
        client: Client = .sample,
        remembered: Scope? = nil,
        acr: WireText = acr,
        at now: Timestamp = .noon
    ) throws -> InteractionPolicy.Step {
        InteractionPolicy.step(
            for: try AuthorizationRequest.read(form, by: client),
            session: session,
            loggedInHere: loggedInHere,
            owner: owner,
            subject: subject ?? session?.person.text,
            hinted: hinted,
            remembered: remembered,
            acr: acr,
            at: now
        )
    }

    @Test
    func `a person logs in, agrees, and is answered`() throws {
        #expect(try step(session: nil) == .logIn)
        #expect(try step() == .consent)
        #expect(try step(remembered: ["openid"]) == .answer)
    }

    @Test
    func `AZ-52 a silent request never shows a page`() throws {
        let silent = Self.login.setting("prompt", "none")
        #expect(try step(silent, session: nil) == .refuse(.loginRequired))
        #expect(try step(silent) == .refuse(.consentRequired))
        #expect(try step(silent, remembered: ["openid"]) == .answer)
        let recent = silent.setting("max_age", "29")
        #expect(try step(recent, remembered: ["openid"]) == .refuse(.loginRequired))
    }

    @Test
    func `AZ-52 no combination of facts turns a silent request into a page`() throws {
        for form in [Self.login, .sampleAuthorization] {
            for session in [nil, Session.sample, .sample(expires: .noon), .sample(authenticated: .noon - 1_000)] {
                for loggedInHere in [false, true] {
                    for remembered in [nil, [], ["openid"], ["openid", "accounts"]] as [Scope?] {
                        for age in [nil, "0", "1", "60"] as [WireText?] {
                            let step = try step(
                                form.setting("prompt", "none").setting("max_age", age),
                                session: session,
                                loggedInHere: loggedInHere,
                                remembered: remembered
                            )
                            #expect(step != .logIn)
                            #expect(step != .consent)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: ["login", "select_account", "login consent"] as [WireText])
    func `AZ-54 a login that was asked for is not replaced by a session`(prompt: WireText) throws {
        let form = Self.login.setting("prompt", prompt)
        #expect(try step(form, remembered: ["openid"]) == .logIn)
        #expect(try step(form, session: .sample(authenticated: .noon), remembered: ["openid"]) == .logIn)
        let after = try step(form, loggedInHere: true, remembered: ["openid"])
        #expect(after == (prompt == "login consent" ? .consent : .answer))
    }

    @Test(
        arguments: [
            ("30", .noon, .consent), ("29", .noon, .logIn), ("30", .noon + 1, .logIn), ("31", .noon + 1, .consent),
            ("2147483647", .noon + 2_000_000_000, .consent),
        ] as [(WireText, Timestamp, InteractionPolicy.Step)]
    )
    func `AZ-54 a login that is older than was asked for is made again`(
        age: WireText,
        now: Timestamp,
        expected: InteractionPolicy.Step
    ) throws {
        let session = Session.sample(authenticated: .noon - 30, expires: .latest)
        #expect(try step(Self.login.setting("max_age", age), session: session, at: now) == expected)
    }

    @Test
    func `AZ-54 an age of zero wants a new login, in the very second of the last one too`() throws {
        let form = Self.login.setting("max_age", "0")
        #expect(try step(form, session: .sample(authenticated: .noon)) == .logIn)
        #expect(try step(form, session: .sample(authenticated: .noon), loggedInHere: true) == .consent)
        #expect(
            try step(form.setting("prompt", "none"), session: .sample(authenticated: .noon)) == .refuse(.loginRequired)
        )
    }

    @Test
    func `AZ-54 a session from the future is as old as can be`() throws {
        // The clock was set back: nobody knows how long ago that login was.
        let session = Session.sample(authenticated: .noon + 3_600, expires: .noon + 7_200)
        #expect(try step(Self.login.setting("max_age", "60"), session: session) == .logIn)
        #expect(
            try step(Self.login.setting("max_age", "60"), session: .sample(authenticated: .latest, expires: .latest))
                == .logIn
        )
        #expect(try step(Self.login.setting("max_age", "60"), session: .sample(authenticated: .earliest)) == .logIn)
    }

    @Test
    func `a session that is over is no session`() throws {
        #expect(try step(session: .sample(expires: .noon)) == .logIn)
        #expect(try step(session: .sample(expires: .noon), loggedInHere: true) == .logIn)
        #expect(try step(session: .sample(expires: .noon + 1)) == .consent)
    }

    @Test
    func `AZ-61 a level that no login here reaches is refused before anybody logs in`() throws {
        let form = Self.login.setting(
            "claims",
            #"{"id_token":{"acr":{"essential":true,"values":["urn:sca","urn:x"]}}}"#
        )
        for session in [nil, Session.sample] {
            #expect(try step(form, session: session, remembered: ["openid"]) == .refuse(.authenticationTooWeak))
        }
        let bytes = Self.login.setting(
            "claims",
            #"{"id_token":{"acr":{"essential":true,"value":"URN:assent:password"}}}"#
        )
        #expect(try step(bytes) == .refuse(.authenticationTooWeak))
    }

    @Test
    func `AZ-61 a login at another level than was asked for is made again`() throws {
        let form = Self.login.setting("claims", #"{"id_token":{"acr":{"essential":true,"value":"urn:sca"}}}"#)
        let weak = Session.sample(acr: "urn:assent:password")
        let strong = Session.sample(acr: "urn:sca")
        #expect(try step(form, session: weak, remembered: ["openid"], acr: "urn:sca") == .logIn)
        #expect(try step(form, session: weak, loggedInHere: true, remembered: ["openid"], acr: "urn:sca") == .logIn)
        #expect(try step(form.setting("prompt", "none"), session: weak, acr: "urn:sca") == .refuse(.loginRequired))
        #expect(try step(form, session: strong, remembered: ["openid"], acr: "urn:sca") == .answer)
    }

    @Test
    func `AZ-61 a level that was only wished for binds nobody`() throws {
        let form = Self.login.setting("claims", #"{"id_token":{"acr":{"values":["urn:sca"]}}}"#)
        #expect(try step(form, remembered: ["openid"]) == .answer)
        #expect(try step(Self.login.setting("acr_values", "urn:sca"), remembered: ["openid"]) == .answer)
    }

    @Test(arguments: [nil, [], ["accounts"], ["openid"], ["openid", "accounts"]] as [Scope?])
    func `only what was allowed before is answered without asking`(remembered: Scope?) throws {
        let form = Self.login.setting("scope", "openid offline_access")
        #expect(try step(form, remembered: remembered) == .consent)
        #expect(try step(form, remembered: ["offline_access", "accounts", "openid"]) == .answer)
    }

    @Test
    func `a consent that was asked for is asked for`() throws {
        let form = Self.login.setting("prompt", "consent")
        #expect(try step(form, remembered: ["openid"]) == .consent)
    }

    @Test
    func `a consent for accounts is decided each time`() throws {
        let everything: Scope = ["openid", "accounts", "offline_access"]
        #expect(try step(.sampleAuthorization, remembered: everything) == .consent)
        #expect(try step(.sampleAuthorization, loggedInHere: true, remembered: everything) == .consent)
        let silent = FormFields.sampleAuthorization.setting("prompt", "none")
        #expect(try step(silent, remembered: everything) == .refuse(.consentRequired))
    }

    @Test
    func `SD-12 a consent that somebody else gave is not asked about`() throws {
        #expect(try step(.sampleAuthorization, owner: "psu-anna") == .consent)
        #expect(try step(.sampleAuthorization, owner: "psu-bert") == .logIn)
        #expect(try step(.sampleAuthorization, session: nil, owner: "psu-bert") == .logIn)
        #expect(try step(.sampleAuthorization, loggedInHere: true, owner: "psu-bert") == .refuse(.accessDenied))
        let silent = FormFields.sampleAuthorization.setting("prompt", "none")
        #expect(try step(silent, owner: "psu-bert") == .refuse(.loginRequired))
    }

    @Test
    func `AZ-56 a request that names a person is answered for nobody else`() throws {
        let anna = Self.login.setting("claims", #"{"id_token":{"sub":{"value":"psu-anna"}}}"#)
        let bert = Self.login.setting("claims", #"{"id_token":{"sub":{"value":"psu-bert"}}}"#)
        #expect(try step(anna, remembered: ["openid"]) == .answer)
        #expect(try step(bert, remembered: ["openid"]) == .logIn)
        #expect(try step(bert, loggedInHere: true, remembered: ["openid"]) == .refuse(.accessDenied))
        #expect(try step(hinted: "psu-bert", remembered: ["openid"]) == .logIn)
        #expect(try step(loggedInHere: true, hinted: "psu-bert", remembered: ["openid"]) == .refuse(.accessDenied))
        #expect(try step(hinted: "psu-anna", remembered: ["openid"]) == .answer)
        let silent = bert.setting("prompt", "none")
        #expect(try step(silent, remembered: ["openid"]) == .refuse(.loginRequired))
    }

    @Test
    func `AZ-56 whom a client names is compared under the name that it knows the person by`() throws {
        let name: WireText = "psu-c0ffee"
        #expect(try step(subject: name, hinted: name, remembered: ["openid"]) == .answer)
        #expect(try step(subject: name, hinted: "psu-anna", remembered: ["openid"]) == .logIn)
        let named = Self.login.setting("claims", #"{"id_token":{"sub":{"value":"psu-c0ffee"}}}"#)
        #expect(try step(named, subject: name, remembered: ["openid"]) == .answer)
        #expect(try step(named, remembered: ["openid"]) == .logIn)
    }

    @Test
    func `a level that is welcome is worth a login where the login reaches it, and never an error`() throws {
        let old = Session.sample(acr: "urn:assent:old")
        func answer(
            _ levels: WireText,
            _ prompt: WireText? = nil,
            here: Bool = false
        ) throws -> InteractionPolicy.Step {
            let form = Self.login.setting("acr_values", levels).setting("prompt", prompt)
            return try step(form, session: old, loggedInHere: here, remembered: ["openid"])
        }
        #expect(try answer("urn:assent:password") == .logIn)
        #expect(try answer("urn:assent:other urn:assent:password") == .logIn)
        #expect(try answer("urn:assent:password", here: true) == .answer)
        #expect(try answer("urn:assent:password", "none") == .answer)
        #expect(try answer("urn:assent:password urn:assent:old") == .answer)
        #expect(try answer("1 2") == .answer)
        let claim = Self.login.setting("claims", #"{"id_token":{"acr":{"values":["urn:assent:password"]}}}"#)
        #expect(try step(claim, session: old, remembered: ["openid"]) == .logIn)
    }

    @Test
    func `an answer is remembered for the claims that were asked for with it, and for no others`() throws {
        let client = Client.sample(scope: ["openid", "profile", "email"])
        let form = Self.login.setting("claims", #"{"userinfo":{"name":null}}"#)
        #expect(try step(form, client: client, remembered: ["openid"]) == .consent)
        #expect(try step(form, client: client, remembered: ["openid", "claim:email"]) == .consent)
        #expect(try step(form, client: client, remembered: ["openid", "claim:name"]) == .answer)
    }

    @Test
    func `CO-40 an application that cannot prove which one it is is asked about each time`() throws {
        let app = Client.sample(authentication: .none)
        #expect(try step(client: app, remembered: ["openid"]) == .consent)
        #expect(try step(loggedInHere: true, client: app, remembered: ["openid"]) == .consent)
        let silent = Self.login.setting("prompt", "none")
        #expect(try step(silent, client: app, remembered: ["openid"]) == .refuse(.consentRequired))
    }
}

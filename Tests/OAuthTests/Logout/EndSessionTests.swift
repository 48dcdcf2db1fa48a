import Crypto
import OAuth
import TestSupport
import Testing
import Text

/// Who is logged out by which request, and where the browser goes then.
struct EndSessionTests {
    private static let home: WireText = "https://c.example/logged-out"
    private static let hint = IDTokenHint(audiences: ["tpp-1"], subject: "psu-anna", sid: "login-1")

    private static let clients: [Client] = [
        .sample(logout: LogoutRegistration(redirectURIs: ["https://c.example/logged-out", "https://c.example/q?a=b"])),
        .sample(id: "tpp-2"), .sample(id: "tpp-off", isEnabled: false),
    ]

    private func end(
        _ fields: [WireText: WireText],
        hint: IDTokenHint? = nil,
        session: Session? = .sample
    ) throws -> EndSession {
        let form = FormFields(fields.map { FormFields.Field($0.key, $0.value) })
        return EndSession(try EndSessionRequest(form), hint: hint, session: session) { id in
            Self.clients.first { $0.id == id }
        }
    }

    @Test
    func `CO-24 an ID token of this very login ends it, and takes the browser to a registered URI`() throws {
        let end = try end(["id_token_hint": "x", "post_logout_redirect_uri": Self.home], hint: Self.hint)
        #expect(!end.asksPerson)
        #expect(end.target == Self.home)
        #expect(end.refusal == nil)
        #expect(end.client?.id == "tpp-1")
    }

    @Test(
        arguments: [
            nil, IDTokenHint(audiences: ["tpp-1"], subject: "psu-anna", sid: "login-2"),
            IDTokenHint(audiences: ["tpp-1"], subject: "psu-anna", sid: nil),
            IDTokenHint(audiences: ["tpp-1"], subject: "psu-bert", sid: "login-9"),
        ] as [IDTokenHint?]
    )
    func `CO-24 whoever cannot show an ID token of this login has the person asked`(hint: IDTokenHint?) throws {
        #expect(try end(hint == nil ? [:] : ["id_token_hint": "x"], hint: hint).asksPerson)
    }

    @Test
    func `CO-24 a hint that is none of our ID tokens proves nothing, and leads nowhere`() throws {
        let end = try end([
            "id_token_hint": "x", "client_id": "tpp-1", "post_logout_redirect_uri": Self.home,
        ])
        #expect(end.asksPerson)
        #expect(end.target == nil)
        #expect(end.client == nil)
        #expect(end.refusal == .parameterMalformed(.idTokenHint))
    }

    @Test
    func `a client that names itself may have the browser back once the person has agreed`() throws {
        let end = try end(["client_id": "tpp-1", "post_logout_redirect_uri": Self.home, "state": "s"])
        #expect(end.asksPerson)
        #expect(end.target == WireText("\(Self.home)?state=s"))
        #expect(end.refusal == nil)
    }

    @Test(
        arguments: [
            (["post_logout_redirect_uri": home], .parameterMissing(.idTokenHint)),
            (["client_id": "tpp-9"], .clientUnknown), (["client_id": "tpp-off"], .clientUnknown),
            (
                ["client_id": "tpp-2", "post_logout_redirect_uri": home],
                .logoutRedirectURIUnregistered
            ),
            (
                ["client_id": "tpp-1", "post_logout_redirect_uri": "https://c.example/logged-out/"],
                .logoutRedirectURIUnregistered
            ),
            (
                ["client_id": "tpp-1", "post_logout_redirect_uri": "https://c.example/logged-out?a=b"],
                .logoutRedirectURIUnregistered
            ),
            (
                ["client_id": "tpp-1", "post_logout_redirect_uri": "https://C.example/logged-out"],
                .logoutRedirectURIUnregistered
            ),
            (
                ["client_id": "tpp-1", "post_logout_redirect_uri": "https://c.example/cb"],
                .logoutRedirectURIUnregistered
            ),
        ] as [([WireText: WireText], Refusal)]
    )
    func `AZ-15 no browser goes where the client has not registered`(
        fields: [WireText: WireText],
        refusal: Refusal
    ) throws {
        let end = try end(fields)
        #expect(end.refusal == refusal)
        #expect(end.target == nil)
        #expect(end.asksPerson)
    }

    @Test
    func `a hint for one client is none for another`() throws {
        let end = try end(["id_token_hint": "x", "client_id": "tpp-2"], hint: Self.hint)
        #expect(end.refusal == .parameterMalformed(.clientID))
        #expect(end.asksPerson)
    }

    @Test
    func `where nobody is logged in, nobody is asked, and the browser goes on`() throws {
        for hint in [Self.hint, IDTokenHint(audiences: ["tpp-1"], subject: "psu-bert", sid: "login-0")] {
            let end = try end(
                ["id_token_hint": "x", "post_logout_redirect_uri": Self.home],
                hint: hint,
                session: nil
            )
            #expect(!end.asksPerson)
            #expect(end.target == Self.home)
        }
    }

    @Test(arguments: NaughtyStrings.all)
    func `the state goes back byte by byte, and nothing else does`(state: WireText) throws {
        guard !state.isEmpty else { return }
        for uri in [Self.home, "https://c.example/q?a=b"] as [WireText] {
            let end = try end(["id_token_hint": "x", "post_logout_redirect_uri": uri, "state": state], hint: Self.hint)
            let target = try #require(end.target)
            #expect(target.hasPrefix(uri))
            let query = try FormFields(try #require(URIReference(target)?.query))
            #expect(query.fields.last == FormFields.Field("state", state))
            #expect(query.fields.count == (uri == Self.home ? 1 : 2))
        }
    }

    @Test
    func `a parameter that comes twice is refused`() {
        let form = FormFields([.init("state", "a"), .init("state", "b")])
        #expect(throws: Refusal.parameterRepeated(.state)) { try EndSessionRequest(form) }
    }

    @Test
    func `what is asked again on our page is what was asked, and nothing that is not looked at`() throws {
        let all: [(WireText, WireText)] = [
            ("id_token_hint", "h"), ("client_id", "c"), ("post_logout_redirect_uri", "u"), ("state", "s"),
            ("ui_locales", "en"),
        ]
        let form = FormFields(all.map { FormFields.Field($0.0, $0.1) } + [.init("x", "y")])
        let request = try EndSessionRequest(form)
        #expect(request.fields.fields.map(\.name) == all.map(\.0))
        #expect(try EndSessionRequest(request.fields) == request)
    }
}

import OAuth
import Testing
import Text

struct ClientLinksTests {
    private static func document(_ members: [JSON.Member]) -> JSON {
        .object(
            [
                .init("client_id", "tpp-1"), .init("token_endpoint_auth_method", "none"),
                .init("redirect_uris", ["https://c.example/cb"]),
            ] + members
        )
    }

    @Test
    func `what a client says of itself is kept as it was written`() throws {
        let members = ["client_uri", "policy_uri", "tos_uri", "logo_uri", "initiate_login_uri"].map { name in
            JSON.Member(WireText(name), .text(WireText("https://c.example/\(name)?a=b&c=d")))
        }
        let links = try ClientMetadata.read(Self.document(members)).links
        #expect(links.site == "https://c.example/client_uri?a=b&c=d")
        #expect(links.policy == "https://c.example/policy_uri?a=b&c=d")
        #expect(links.terms == "https://c.example/tos_uri?a=b&c=d")
        #expect(links.logo == "https://c.example/logo_uri?a=b&c=d")
        #expect(links.initiateLogin == "https://c.example/initiate_login_uri?a=b&c=d")
        #expect(try ClientMetadata.read(Self.document([])).links == ClientLinks())
    }

    @Test(
        arguments: ["client_uri", "policy_uri", "tos_uri", "logo_uri", "initiate_login_uri"] as [WireText],
        [
            "http://c.example/", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)",
            "data:text/html,x",
            "data:image/svg+xml,<svg onload=\"alert(1)\"/>", "https://c.example/\" onclick=\"alert(1)", "//c.example/",
            "/path", "",
            "https://bank.example@c.example/", "https:c.example",
        ] as [WireText]
    )
    func `CO-07 oidcc-3rd_party-init-login-nohttps: what is no https URL is refused, and named`(
        member: WireText,
        text: WireText
    ) {
        let problem = #expect(throws: ClientMetadata.Problem.self) {
            try ClientMetadata.read(Self.document([.init(member, .text(text))]))
        }
        #expect(problem == ClientMetadata.Problem(member, "It must be an https URL."))
    }
}

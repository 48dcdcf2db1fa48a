import OAuth
import Testing
import Text

/// How often a client may call, as the bank says it in the client's document.
struct RequestLimitMetadataTests {
    private func read(_ members: [WireText: JSON]) throws(ClientMetadata.Problem) -> Client.RequestLimit {
        var all: [WireText: JSON] = [
            "client_id": "c", "token_endpoint_auth_method": "none", "redirect_uris": ["https://c.example/cb"],
        ]
        all.merge(members) { $1 }
        return try ClientMetadata.read(.object(all.map { JSON.Member($0.key, $0.value) })).requestLimit
    }

    @Test func `a client has a limit of its own, none, or that of all`() throws {
        #expect(try read([:]) == .standard)
        #expect(try read(["requests_per_second": 50]) == .own(RateLimit(perSecond: 50, burst: 50)))
        #expect(
            try read(["requests_per_second": 50, "requests_at_once": 200]) == .own(RateLimit(perSecond: 50, burst: 200))
        )
        #expect(
            try read(["requests_per_second": 50, "requests_at_once": .null])
                == .own(RateLimit(perSecond: 50, burst: 50))
        )
        #expect(try read(["requests_per_second": 0]) == .none)
        #expect(try read(["requests_per_second": .null]) == .none)
    }

    @Test(
        arguments: [
            (["requests_per_second": -1], "requests_per_second"), (["requests_per_second": "5"], "requests_per_second"),
            (["requests_per_second": 1_000_001], "requests_per_second"),
            (["requests_per_second": 5, "requests_at_once": 0], "requests_at_once"),
            (["requests_at_once": 5], "requests_at_once"),
            (["requests_per_second": 0, "requests_at_once": 5], "requests_at_once"),
        ] as [([WireText: JSON], WireText)]
    )
    func `a limit that is none is refused at its member`(members: [WireText: JSON], member: WireText) {
        let problem = #expect(throws: ClientMetadata.Problem.self) { try read(members) }
        #expect(problem?.member == member)
    }
}

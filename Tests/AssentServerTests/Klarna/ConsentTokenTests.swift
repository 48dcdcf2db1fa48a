import AssentServer
import Consents
import Crypto
import Foundation
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// One-time consent tokens at the endpoint: seed-contracts 3.6, 3.7 and 6.6.
struct ConsentTokenTests {
    private static let account: [JSON.Member] = [JSON.Member("account_id", "anna-current")]
    private static let generous = ConsentTokenPolicy(graceSeconds: 60, unattendedUses: 1_000, attendedUses: 100_000)

    @Test func `SD-40 every call is one commit, which rotates the token and counts the use`() async throws {
        let house = try KlarnaHouse()
        var (path, token) = try await house.fetched()
        for call in ["accounts/get", "account-details/get", "balances/get", "transactions/get"] {
            let commits = house.store.kept.count
            let answer = await house.use(path, token, call, Self.account)
            #expect(answer.status == .ok, "\(call) \(String(decoding: answer.body, as: UTF8.self))")
            #expect(answer.data?["result"]?["type"]?.text == WireText(call.replacing("/get", with: "")))
            #expect(house.store.kept.count == commits + 1)
            #expect(house.store.kept.last?.count == 1)
            let next = try #require(answer.data?["consent_token"]?.text)
            #expect(next != token)
            #expect(await house.use(path, token).code == "CONSENT.TOKEN_USED")
            token = next
        }
        let chain = try #require(try await house.store.tokenChain(of: Identifier(path.id)))
        #expect(chain.generation == 5)
        #expect(chain.quota.attended == 4)
    }

    @Test
    func `CO-37 while its person is locked a consent is not handed out, and neither it nor a flow shows anything`()
        async throws
    {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let started = await house.call(.put, WireText("\(session)/flows/accounts"))
        let flow = WireText("\(session)/flows/\(try #require(started.data?["flow_id"]?.text))")
        try await house.decide(session)
        #expect(await house.call(.get, flow).data?["result"] != nil)
        let first = await house.call(.post, WireText("\(session)/consent/get"))
        let path = WireText("/consents/\(try #require(first.data?["consent_id"]?.text))")

        try house.setPeople(locked: true)
        let refused = await house.use(path, try #require(first.nextToken))
        #expect(refused.status == .badRequest)
        #expect(refused.code == "CONSENT.NOT_AVAILABLE")
        #expect(refused.data == nil)
        #expect(await house.call(.get, flow).data?["result"] == nil)
        #expect(await house.call(.post, WireText("\(session)/consent/get")).code == "CONSENT.NOT_RETRIEVABLE")

        try house.setPeople(locked: false)
        #expect(await house.use(path, try #require(refused.nextToken)).status == .ok)
    }

    @Test func `the token has the shape of the example: HS256, and a payload with a token`() async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        let parts = token.split(at: UInt8(ascii: "."))
        #expect(parts.first == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9")
        try #require(parts.count == 3)
        let payload = try JSONReader.read(try #require(Base64URL.decode(parts[1])))
        let secret = try #require(payload["token"]?.text)
        #expect(Base64URL.decode(secret)?.count == 32)
        #expect(payload["consent_id"]?.text == path.id)
        #expect(payload["generation"]?.integer == 1)
        // The store knows its fingerprint and nothing else.
        #expect(try await house.store.tokenChain(of: Identifier(path.id))?.live == Fingerprint(of: secret))
    }

    @Test func `SD-40 TK-62 what is refused before the swap spends nothing`() async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        let other = try await house.fetched()
        let forged = WireText(token.string.dropLast(2) + "AA")
        let body = "{\"consent_token\":\"\(token)\"}"
        let url = WireText("\(path)/accounts/get")
        let commits = house.store.kept.count
        let answers: [(Response, Status)] = [
            (await house.call(.post, url, bytes: "{\"consent_token\":\"\(token)\""), .badRequest),
            (await house.call(.post, url, bytes: ""), .badRequest),
            (await house.call(.post, url, bytes: body, type: "text/plain"), .unsupportedMediaType),
            (await house.call(.post, url, bytes: body, as: "Token other"), .unauthorized),
            (await house.use(path, forged), .badRequest), (await house.use(path, other.token), .badRequest),
            (await house.use(other.path, token), .badRequest),
            (await house.use(path, try house.sample.accessToken()), .badRequest),
            (await house.use(path, "token"), .badRequest),
            (await house.use(path, token, "balances/get"), .badRequest),
            (
                await house.use(path, token, "transactions/get", Self.account + [JSON.Member("from_date", "x")]),
                .badRequest
            ),
            (await house.use(path, token, "transactions/list", [JSON.Member("offset", "x")]), .badRequest),
            (await house.call(.get, url), .methodNotAllowed), (await house.use(path, token, "transfer/get"), .notFound),
        ]
        for (answer, status) in answers {
            #expect(answer.status == status)
            #expect(answer.nextToken == nil)
        }
        #expect(house.store.kept.count == commits)
        #expect(await house.use(path, token).status == .ok)
    }

    @Test func `SD-40 what the consent refuses after the swap comes with the successor`() async throws {
        let house = try KlarnaHouse()
        var (path, token) = try await house.fetched([
            "accounts": [:], "lifetime": 90,
            "transactions": ["from_date": "2026-02-01", "to_date": "2026-02-28"],
        ])
        let early = Self.account + [JSON.Member("from_date", "2026-01-31")]
        for (call, more) in [
            ("balances/get", Self.account), ("account-details/get", Self.account),
            ("transactions/get", [JSON.Member("account_id", "anna-other")]), ("transactions/get", early),
        ] {
            let answer = await house.use(path, token, call, more)
            #expect(answer.status == .badRequest)
            #expect(answer.code == "CONSENT.RESOURCE_NOT_GRANTED")
            #expect(answer.json?["data"] == nil)
            token = try #require(answer.json?["consent_token"]?.text)
        }
        #expect(await house.use(path, token).status == .ok)
    }

    @Test(arguments: ["CONSENT.REVOKED", "CONSENT.EXPIRED"])
    func `SD-40 a consent that is over rotates its token and opens nothing`(code: WireText) async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        if code == "CONSENT.REVOKED" {
            let consent = try #require(try await house.store.consent(Identifier(path.id)))
            let change = try consent.change(.revoke(.person), by: .person("psu-anna"), at: house.now)
            #expect(try house.store.commitNow([.consent(change)]) == .kept)
        } else {
            house.sample.time.pass(seconds: 90 * 86_400)
        }
        let answer = await house.use(path, token)
        #expect(answer.status == .badRequest)
        #expect(answer.code == code)
        #expect(answer.data == nil)
        #expect(answer.nextToken != nil)
    }

    @Test func `SD-40 data that cannot be read after the swap costs nobody the chain`() async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        // The chain is read, the swap is kept, and then the consent cannot be read.
        house.store.failOnce(with: .inputOutput, after: 2)
        let answer = await house.use(path, token)
        #expect(answer.status == .serviceUnavailable)
        let next = try #require(answer.json?["consent_token"]?.text)
        #expect(await house.use(path, next).status == .ok)
    }

    @Test(arguments: [0, 1])
    func `SD-40 a store that fails at the swap has spent nothing`(calls: Int) async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        house.store.failOnce(with: .inputOutput, after: calls)
        let answer = await house.use(path, token)
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.nextToken == nil)
        #expect(await house.use(path, token).status == .ok)
    }

    @Test func `SD-40 of many who use one token at once, one gets its successor`() async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        let answers = await withTaskGroup(of: Response.self) { group in
            for _ in 0..<50 { group.addTask { await house.use(path, token) } }
            return await group.reduce(into: [Response]()) { $0.append($1) }
        }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.code == "CONSENT.TOKEN_USED" } == 49)
    }

    @Test func `SD-40 page two wants the token of page one's answer, and each page is a use`() async throws {
        let house = try KlarnaHouse(Self.generous)
        let (path, token) = try await house.fetched()
        let size = Self.account + [JSON.Member("preferred_pagination_size", 20)]
        let whole = await house.use(path, token, "transactions/get", Self.account)
        let all = try #require(whole.data?["result"]?["transactions"]?.array)
        #expect(all.count > 40)
        #expect(whole.data?["result"]?["pagination"] == nil)

        var answer = await house.use(path, try #require(whole.nextToken), "transactions/get", size)
        var shown = try #require(answer.data?["result"]?["transactions"]?.array)
        let first = answer
        var pages = 1
        while let pagination = answer.data?["result"]?["pagination"] {
            #expect(pagination["url"]?.text == WireText("https://bank.example/xs2a/v1\(path)/transactions/list"))
            let offset = JSON.Member("offset", try #require(pagination["next"]?["offset"]))
            let token = try #require(answer.nextToken)
            answer = await house.use(path, token, "transactions/list", [offset])
            #expect(answer.status == .ok)
            shown += try #require(answer.data?["result"]?["transactions"]?.array)
            pages += 1
        }
        #expect(shown == all)
        #expect(pages == (all.count + 19) / 20)

        // SD-46: a page that was turned is turned, whatever the token.
        let used = JSON.Member("offset", try #require(first.data?["result"]?["pagination"]?["next"]?["offset"]))
        let live = try #require(answer.nextToken)
        #expect(await house.use(path, live, "transactions/list", [used]).status == .badRequest)
        #expect(await house.use(path, live).status == .ok)
    }

    @Test func `SD-46 an offset that was edited, or is another consent's, is refused and spends nothing`() async throws
    {
        let house = try KlarnaHouse(Self.generous)
        let size = Self.account + [JSON.Member("preferred_pagination_size", 5)]
        let mine = try await house.fetched()
        let page = await house.use(mine.path, mine.token, "transactions/get", size)
        let offset = try #require(page.data?["result"]?["pagination"]?["next"]?["offset"]?.text)
        let token = try #require(page.nextToken)
        let other = try await house.fetched()
        let otherPage = await house.use(other.path, other.token, "transactions/get", size)
        let foreign = try #require(otherPage.data?["result"]?["pagination"]?["next"]?["offset"]?.text)

        let parts = offset.split(at: UInt8(ascii: "."))
        let payload = try #require(Base64URL.decode(parts[1]).flatMap { WireText($0) })
        let edited = Base64URL.encode(Array(payload.string.replacing("anna-current", with: "bert-current").utf8))
        let tampered: [WireText] = [
            foreign, WireText("\(parts[0]).\(edited).\(parts[2])"), WireText("\(parts[0]).\(parts[1])."),
            WireText("eyJhbGciOiJub25lIn0.\(parts[1])."), token, payload, "5",
        ]
        let commits = house.store.kept.count
        for text in tampered {
            let answer = await house.use(mine.path, token, "transactions/list", [JSON.Member("offset", .text(text))])
            #expect(answer.status == .badRequest)
            #expect(answer.nextToken == nil)
        }
        #expect(house.store.kept.count == commits)
        let next = await house.use(mine.path, token, "transactions/list", [JSON.Member("offset", .text(offset))])
        #expect(next.status == .ok)
        // An offset is no token either.
        #expect(await house.use(mine.path, offset).code == "CONSENT.TOKEN_INVALID")
    }

    @Test func `SD-41 a lost answer is told again inside the grace, and only to its own third party`() async throws {
        let house = try KlarnaHouse(Self.generous)
        let (path, token) = try await house.fetched()
        let other = WireText("Token \(KlarnaHouse.otherToken)")
        let first = await house.use(path, token)
        house.sample.time.pass(seconds: 59)
        #expect(await house.use(path, token, as: other).code == "CONSENT.TOKEN_INVALID")
        let again = await house.use(path, token)
        #expect(again.status == .ok)
        #expect(again.nextToken == first.nextToken)
        let more = await house.use(path, token, "balances/get", Self.account)
        #expect(more.nextToken == first.nextToken)
        house.sample.time.pass(seconds: 1)
        #expect(await house.use(path, token).code == "CONSENT.TOKEN_USED")
        let next = await house.use(path, try #require(first.nextToken))
        #expect(next.status == .ok)
        #expect(await house.use(path, token).code == "CONSENT.TOKEN_USED")
        // The second generation is inside its own grace now, and the chain has one head.
        #expect(await house.use(path, try #require(first.nextToken)).nextToken == next.nextToken)
    }

    @Test func `SD-41 fetching once more ends the token that was handed out before`() async throws {
        let house = try KlarnaHouse(Self.generous)
        let session = try await house.session()
        #expect(await house.call(.put, WireText("\(session)/flows/accounts")).status == .created)
        try await house.decide(session)
        let fetch = WireText("\(session)/consent/get")
        let first = await house.call(.post, fetch)
        let path = WireText("/consents/\(try #require(first.data?["consent_id"]?.text))")
        let used = await house.use(path, try #require(first.nextToken))
        let second = await house.call(.post, fetch)
        #expect(second.status == .ok)
        for token in [first.nextToken, used.nextToken] {
            #expect(await house.use(path, try #require(token)).code == "CONSENT.TOKEN_USED")
        }
        #expect(await house.use(path, try #require(second.nextToken)).status == .ok)
    }

    @Test func `SD-02 another's consent, one that is not there, and another's token are refused alike`() async throws {
        let house = try KlarnaHouse()
        let (path, token) = try await house.fetched()
        let mine = try await house.fetched()
        let other = WireText("Token \(KlarnaHouse.otherToken)")
        let unknown: WireText = "/consents/00000000-0000-4000-8000-000000000000"
        let commits = house.store.kept.count
        let answers = [
            await house.use(path, token, as: other), await house.use(unknown, token, as: other),
            await house.use(unknown, token), await house.use(path, mine.token), await house.use(path, "x"),
        ]
        for answer in answers {
            #expect(answer.status == .badRequest)
            #expect(answer.code == "CONSENT.TOKEN_INVALID")
            #expect(answer.body == answers.first?.body)
        }
        #expect(house.store.kept.count == commits)
        #expect(await house.use(path, token).status == .ok)
    }

    @Test func `SD-45 four uses a day without the person, then 429, which spends nothing`() async throws {
        let house = try KlarnaHouse()
        var (path, token) = try await house.fetched()
        for _ in 0..<4 {
            let answer = await house.use(path, token, attended: false)
            #expect(answer.status == .ok)
            token = try #require(answer.nextToken)
        }
        let refused = await house.use(path, token, attended: false)
        #expect(refused.status == .tooManyRequests)
        #expect(refused.code == "CONSENT.QUOTA_EXCEEDED")
        #expect(refused.fields.all(.retryAfter) == ["43170"])
        #expect(refused.nextToken == nil)
        // Somebody who is there may go on, but not by an empty claim.
        let claimed = await house.use(path, token, attended: false, [JSON.Member("psu", ["user_agent": "x"])])
        #expect(claimed.status == .badRequest)
        let answer = await house.use(path, token)
        #expect(answer.status == .ok)
        token = try #require(answer.nextToken)
        house.sample.time.pass(seconds: 43_169)
        #expect(await house.use(path, token, attended: false).status == .tooManyRequests)
        house.sample.time.pass(seconds: 1)
        #expect(await house.use(path, token, attended: false).status == .ok)
    }

    @Test func `SD-45 attended calls are counted and limited as well`() async throws {
        let house = try KlarnaHouse(ConsentTokenPolicy(attendedUses: 3))
        var (path, token) = try await house.fetched()
        for _ in 0..<3 { token = try #require(await house.use(path, token).nextToken) }
        #expect(await house.use(path, token).status == .tooManyRequests)
        #expect(await house.use(path, token, attended: false).status == .ok)
    }

    @Test func `SD-45 of a hundred calls at once when one is left, one passes`() async throws {
        // Inside the grace all of them are accepted by the chain, so that only the quota can stop them.
        let house = try KlarnaHouse(ConsentTokenPolicy(graceSeconds: 60, unattendedUses: 2))
        let (path, token) = try await house.fetched()
        #expect(await house.use(path, token, attended: false).status == .ok)
        let answers = await withTaskGroup(of: Response.self) { group in
            for _ in 0..<100 { group.addTask { await house.use(path, token, attended: false) } }
            return await group.reduce(into: [Response]()) { $0.append($1) }
        }
        #expect(answers.count { $0.status == .ok } == 1)
        #expect(answers.count { $0.status == .tooManyRequests } == 99)
        #expect(try await house.store.tokenChain(of: Identifier(path.id))?.quota.unattended == 2)
    }

    @Test func `SD-40 random sequences of calls at the endpoint go as the model says`() async throws {
        var generator = SeededGenerator(seed: 41)
        let house = try KlarnaHouse(Self.generous)
        for _ in 0..<40 {
            let (path, first) = try await house.fetched()
            var tokens = [first]
            var usedAt = Timestamp.earliest
            for _ in 0..<12 {
                house.sample.time.pass(seconds: Int.random(in: 0...45, using: &generator))
                let number = max(0, tokens.count - 1 - Int.random(in: 0...2, using: &generator))
                let isLost = number == tokens.count - 2 && house.now.since(usedAt) < 60
                let isAccepted = number == tokens.count - 1 || isLost
                let fault = Int.random(in: 0..<4, using: &generator)
                let answer: Response
                switch fault {
                case 0: answer = await house.call(.post, WireText("\(path)/accounts/get"), bytes: "{")
                case 1: answer = await house.use(path, tokens[number], "balances/get", [JSON.Member("account_id", "x")])
                default: answer = await house.use(path, tokens[number])
                }
                if fault == 0 || !isAccepted {
                    #expect(answer.nextToken == nil)
                    #expect(answer.code == (fault == 0 ? "TECHNICAL.INVALID_REQUEST" : "CONSENT.TOKEN_USED"))
                } else {
                    #expect(answer.status == (fault == 1 ? .badRequest : .ok))
                    let next = try #require(answer.nextToken)
                    if isLost {
                        #expect(next == tokens.last)
                    } else {
                        #expect(!tokens.contains(next))
                        tokens.append(next)
                        usedAt = house.now
                    }
                }
            }
        }
    }
}

extension WireText {
    /// The last part of a path.
    fileprivate var id: WireText { split(at: UInt8(ascii: "/")).last ?? "" }
}

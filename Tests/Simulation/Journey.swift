import AssentServer
import Crypto
import HTTP
import OAuth
import TestSupport
import Text

/// A third party and a person, who ask for consents and use them, one after the other, until the world calms down.
final class Journey: @unchecked Sendable {
    private let world: World
    private let index: Int
    private var random: SeededGenerator
    private var party = Cast.parties[0]
    private var browser = 0
    private var clientTokens: [Int: WireText] = [:]
    private var count = 0

    init(_ world: World, _ index: Int) {
        self.world = world
        self.index = index
        random = SeededGenerator(seed: world.plan.seed &* 64 &+ 32 &+ UInt64(index))
    }

    func run() async {
        while !world.isCalm {
            party = Cast.parties[draw(Cast.parties.count)]
            browser = draw(Cast.people.count)
            await once()
            await world.rest()
        }
    }

    /// With nothing in the way, every party and every browser gets to its end.
    func runInCalm() async {
        clientTokens = [:]
        for party in Cast.parties {
            for browser in Cast.people.indices {
                self.party = party
                self.browser = browser
                guard await once() else {
                    return world.fail("in a world without faults a journey did not reach its end")
                }
            }
        }
    }

    private func draw(_ count: Int) -> Int { Int(random.next(upperBound: UInt64(count))) }

    private func chance(_ count: Int) -> Bool { !world.isCalm && draw(count) == 0 }

    private func fresh(_ what: String) -> WireText {
        count += 1
        return WireText("\(what)-\(world.plan.seed)-\(index)-\(count)")
    }

    // MARK: One consent

    /// Whether it came to its end.
    @discardableResult private func once() async -> Bool {
        guard let token = await clientToken(), let consent = await register(token) else { return false }
        let verifier = fresh("verifier-of-sufficient-length-for-the-standard")
        guard let code = await authorize(consent, verifier) else { return await look(consent, token) }
        if chance(12) { return true }
        guard let tokens = await redeem(code, verifier) else { return false }
        guard await use(tokens, consent) else { return false }
        if chance(3) {
            _ = await send(
                .delete,
                "\(Self.base)/account-access-consents/\(consent)",
                bearer: token,
                .delete(consent: consent)
            )
        }
        if chance(4) { await introspect(tokens.access) }
        return await look(consent, token)
    }

    private static let base = "/open-banking/v3.1/aisp"

    private func clientToken() async -> WireText? {
        if let token = clientTokens[party.index], !chance(6) { return token }
        for _ in 0..<tries {
            let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])
            let (proven, assertion) = prove(form)
            let response = await send(
                .post,
                "/token",
                form: proven,
                basic: assertion == nil,
                .clientToken(assertion: assertion)
            )
            if assertion != nil, replays(6) {
                _ = await send(.post, "/token", form: proven, basic: false, .clientToken(assertion: assertion))
            }
            guard let token = response?.token("access_token") else { continue }
            clientTokens[party.index] = token
            return token
        }
        return nil
    }

    private func register(_ token: WireText) async -> WireText? {
        let document: JSON = [
            "Data": [
                "Permissions": [
                    "ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits",
                ]
            ],
            "Risk": [:],
        ]
        for _ in 0..<tries {
            let response = await send(
                .post,
                "\(Self.base)/account-access-consents",
                json: document,
                bearer: clientTokens[party.index] ?? token,
                .register
            )
            if response?.status == .unauthorized {
                clientTokens[party.index] = nil
                _ = await clientToken()
            }
            guard response?.status == .created, let json = response.flatMap({ try? JSONReader.read($0.body) }) else {
                continue
            }
            return json["Data"]?["ConsentId"]?.text
        }
        return nil
    }

    /// The code that a person's yes brings.
    private func authorize(_ consent: WireText, _ verifier: WireText) async -> WireText? {
        let challenge = WireText(Base64URL.encode(Digest.sha256(verifier.bytes)))
        var request = FormFields([
            .init("response_type", "code"), .init("client_id", party.client.id.text),
            .init("redirect_uri", party.redirectURI),
            .init("scope", "openid accounts"), .init("state", fresh("state")), .init("nonce", fresh("nonce")),
            .init("code_challenge", challenge), .init("code_challenge_method", "S256"),
            .init(
                "claims",
                WireText(#"{"id_token":{"openbanking_intent_id":{"value":"\#(consent)","essential":true}}}"#)
            ),
        ])
        var reference: WireText?
        if draw(3) == 0 {
            let (form, assertion) = prove(request)
            guard let response = await send(.post, "/par", form: form, basic: assertion == nil, .push),
                response.status == .created, let pushed = response.token("request_uri")
            else { return nil }
            reference = pushed
            request = FormFields([.init("client_id", party.client.id.text), .init("request_uri", pushed)])
        }
        for _ in 0..<tries {
            if let code = await walk(request, consent, reference) { return code }
            // A request that comes again is another one, unless it was pushed.
            guard !chance(3) else { break }
            if reference != nil, !world.faults.contains(.replay) { break }
        }
        return nil
    }

    private func walk(_ request: FormFields, _ consent: WireText, _ reference: WireText?) async -> WireText? {
        var response = await send(.get, "/authorize", query: WireText(request.encoded), .browse(party: party.index))
        for _ in 0..<8 {
            guard let answer = response, answer.status == .seeOther, let path = answer.fields.first(.location),
                path.hasPrefix("/")
            else { return nil }
            guard let page = await send(.get, path.string, .browse(party: party.index)) else { return nil }
            if page.status == .seeOther {
                response = page
                continue
            }
            guard page.status == .ok, let token = page.body.quoted(after: "name=\"form_token\" value=\"") else {
                return nil
            }
            world.remember(page: path.string, token.value, of: party.index)
            var form = FormFields([.init("form_token", token.value)])
            if path.string.hasSuffix("/login") {
                let name = Cast.people[browser]
                form.append("username", WireText(name))
                form.append("password", WireText(chance(20) ? "something-else" : "\(name)-sandbox"))
                form.append("decision", "log-in")
                response = await send(.post, path.string, form: form, .browse(party: party.index))
                continue
            }
            var accounts = page.accounts
            if accounts.count > 1 { accounts.removeLast(draw(accounts.count)) }
            let isYes = world.isCalm || draw(6) > 0
            if isYes { for account in accounts { form.append("account", account) } }
            form.append("decision", isYes ? "allow" : "deny")
            let said = Call.Answer(
                party: party.index,
                consent: consent,
                reference: reference,
                person: Cast.people[browser],
                accounts: isYes ? accounts : []
            )
            let left = await send(.post, path.string, form: form, .decide(said))
            if replays(8) { _ = await send(.post, path.string, form: form, .decide(said)) }
            guard let location = left?.fields.first(.location), let query = URIReference(location)?.query else {
                return nil
            }
            return (try? FormFields(query))?["code"]
        }
        return nil
    }

    private func redeem(_ code: WireText, _ verifier: WireText) async -> (access: WireText, refresh: WireText)? {
        let right = FormFields([
            .init("grant_type", "authorization_code"), .init("code", code), .init("redirect_uri", party.redirectURI),
            .init("code_verifier", verifier),
        ])
        if replays(20) {
            let wrong =
                draw(2) == 0
                ? right.setting("code_verifier", fresh("another-verifier-of-sufficient-length-for-the-standard"))
                : right.setting("redirect_uri", "https://c1.example/cb/")
            _ = await post("/token", wrong, .redeem(code: code, isRight: false))
        }
        if replays(8) {
            // At once: the network decides which of them comes first.
            async let first: Response? = post("/token", right, .redeem(code: code, isRight: true))
            async let second = post("/token", right, .redeem(code: code, isRight: true))
            let answers = [await first, await second].compactMap { $0 }
            for answer in answers {
                if let access = answer.token("access_token"), let refresh = answer.token("refresh_token") {
                    return (access, refresh)
                }
            }
            return nil
        }
        let response = await post("/token", right, .redeem(code: code, isRight: true))
        if replays(10) { _ = await post("/token", right, .redeem(code: code, isRight: true)) }
        guard let access = response?.token("access_token"), let refresh = response?.token("refresh_token") else {
            return nil
        }
        return (access, refresh)
    }

    private func use(_ tokens: (access: WireText, refresh: WireText), _ consent: WireText) async -> Bool {
        var tokens = tokens
        for _ in 0..<draw(4) {
            await introspect(tokens.access)
            _ = await send(.get, "\(Self.base)/accounts", bearer: tokens.access, .data(token: tokens.access))
            await introspect(tokens.refresh)
            let old = tokens.refresh
            let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", old)])
            let response = await post("/token", form, .refresh(token: old))
            if replays(10) { _ = await post("/token", form, .refresh(token: old)) }
            guard let access = response?.token("access_token"), let refresh = response?.token("refresh_token") else {
                return false
            }
            tokens = (access, refresh)
        }
        await introspect(tokens.refresh)
        if chance(5) {
            let token = draw(2) == 0 ? tokens.access : tokens.refresh
            _ = await post("/revoke", FormFields([.init("token", token)]), .revoke(token: token))
            await introspect(tokens.access)
        }
        return true
    }

    private func introspect(_ token: WireText) async {
        for _ in 0...draw(3) {
            _ = await post("/introspect", FormFields([.init("token", token)]), .introspect(token: token))
        }
    }

    private func look(_ consent: WireText, _ token: WireText) async -> Bool {
        let response = await send(
            .get,
            "\(Self.base)/account-access-consents/\(consent)",
            bearer: clientTokens[party.index] ?? token,
            .look(consent: consent)
        )
        return response?.status == .ok
    }

    // MARK: Requests

    private var tries: Int { world.isCalm ? 1 : 3 }

    private func replays(_ count: Int) -> Bool { world.faults.contains(.replay) && chance(count) }

    private func prove(_ form: FormFields) -> (FormFields, WireText?) {
        guard party.key != nil else { return (form, nil) }
        let identifier = fresh("assertion")
        let assertion = party.assertion(identifier, at: world.servers[0].clock.now)
        return (
            form.setting("client_assertion", assertion)
                .setting("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), identifier
        )
    }

    private func post(_ path: String, _ form: FormFields, _ meaning: Call.Meaning) async -> Response? {
        let (proven, assertion) = prove(form)
        return await send(.post, path, form: proven, basic: assertion == nil, meaning)
    }

    private func send(
        _ method: HTTP.Method,
        _ path: String,
        query: WireText? = nil,
        form: FormFields? = nil,
        json: JSON? = nil,
        basic: Bool = false,
        bearer: WireText? = nil,
        _ meaning: Call.Meaning
    ) async -> Response? {
        var fields = Fields()
        if basic { fields.append(.authorization, FieldValue(party.basic) ?? "") }
        if let bearer { fields.append(.authorization, FieldValue(WireText("Bearer \(bearer)")) ?? "") }
        let from: Call.Sender
        switch meaning {
        case .browse, .decide:
            from = .browser(browser)
            fields.append(.cookie, FieldValue(world.cookies(of: browser)) ?? "")
            if method == .post {
                fields.append(.origin, "https://bank.example")
                fields.append(.secFetchSite, "same-origin")
            }
        default: from = .party(party.index)
        }
        let parts = path.split(separator: "?", maxSplits: 1)
        let request = Request.to(
            method,
            WireText(String(parts[0])),
            query: query ?? (parts.count > 1 ? WireText(String(parts[1])) : nil),
            fields,
            form: form,
            json: json
        )
        let response = await world.send(Call(request: request, meaning: meaning, from: from))
        if let response, case .browser(let browser) = from { world.keepCookies(of: response, in: browser) }
        return response
    }
}

extension Request {
    static func to(
        _ method: HTTP.Method,
        _ path: WireText,
        query: WireText? = nil,
        _ fields: Fields,
        form: FormFields? = nil,
        json: JSON? = nil
    ) -> Request {
        var fields = fields
        if form != nil { fields.append(.contentType, "application/x-www-form-urlencoded") }
        if json != nil { fields.append(.contentType, "application/json") }
        return Request(
            method: method,
            path: path,
            query: query,
            authority: "bank.example",
            fields: fields,
            body: form.map { Array($0.encoded.utf8) } ?? json.map { JSONWriter.write($0) } ?? [],
            peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
        )
    }
}

extension Response {
    fileprivate func token(_ name: WireText) -> WireText? {
        (200..<300).contains(status.code) ? (try? JSONReader.read(body))?[name]?.text : nil
    }

    /// Those that can be ticked.
    fileprivate var accounts: [WireText] {
        var found: [WireText] = []
        var end = 0
        while let next = body.quoted(after: "name=\"account\" value=\"", from: end) {
            found.append(next.value)
            end = next.end
        }
        return found
    }
}

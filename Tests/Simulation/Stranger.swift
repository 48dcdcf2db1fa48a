import Crypto
import HTTP
import OAuth
import TestSupport
import Text

/// Somebody who has every code and every token that was ever given out, is registered, and may open every page.
final class Stranger: @unchecked Sendable {
    private let world: World
    private var random: SeededGenerator

    init(_ world: World) {
        self.world = world
        random = SeededGenerator(seed: world.plan.seed &* 64 &+ 63)
    }

    func run() async {
        while !world.isCalm {
            await once()
            await world.rest()
            await world.rest()
        }
    }

    private func once() async {
        let codes = world.oracle.codeTexts
        let tokens = world.oracle.tokenTexts
        let consents = world.oracle.consentTexts
        switch draw(9) {
        case 0 where !codes.isEmpty:
            let code = pick(codes)
            let form = FormFields([
                .init("grant_type", "authorization_code"), .init("code", code),
                .init("redirect_uri", Cast.stranger.redirectURI),
                .init("code_verifier", "a-verifier-that-is-as-long-as-the-standard-wants-it"),
            ])
            await post("/token", form, .redeem(code: code, isRight: false))
        case 1 where !tokens.isEmpty:
            let token = pick(tokens)
            let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", token)])
            await post("/token", form, .refresh(token: token))
        case 2 where !tokens.isEmpty:
            let token = pick(tokens)
            await post("/introspect", FormFields([.init("token", token)]), .introspect(token: token))
        case 3 where !tokens.isEmpty:
            let token = pick(tokens)
            await post("/revoke", FormFields([.init("token", token)]), .revoke(token: token))
        case 4 where !tokens.isEmpty:
            // What a party may do with its own tokens, with whichever token there is.
            let token = pick(tokens)
            await get("/open-banking/v3.1/aisp/accounts", bearer: token, .data(token: token))
        case 5:
            let party = Cast.parties[draw(Cast.parties.count)]
            var query = FormFields.sampleAuthorization.setting("client_id", party.client.id.text)
            query = query.setting("redirect_uri", pick(Self.targets(party.redirectURI)))
            if let consent = consents.isEmpty ? nil : pick(consents) {
                let claims = #"{"id_token":{"openbanking_intent_id":{"value":"\#(consent)","essential":true}}}"#
                query = query.setting("claims", WireText(claims))
            }
            await browse("/authorize", query: WireText(query.encoded), party: party.index)
        case 6:
            // A page of somebody else, in whichever browser there is.
            guard let path = world.pages.isEmpty ? nil : pick(world.pages) else { return }
            if draw(2) == 0 {
                await browse(path.path, query: nil, party: path.party)
            } else {
                let form = FormFields([
                    .init("form_token", path.token), .init("decision", draw(2) == 0 ? "allow" : "deny"),
                ])
                await browse(path.path, query: nil, form: form, party: path.party)
            }
        case 7 where !consents.isEmpty:
            let consent = pick(consents)
            let path = "/open-banking/v3.1/aisp/account-access-consents/\(consent)"
            guard let token = own else { return await logIn() }
            if draw(2) == 0 {
                await get(path, bearer: token, .look(consent: consent))
            } else {
                _ = await send(.delete, path, bearer: token, .delete(consent: consent))
            }
        default:
            let paths = [
                "/", "/token", "/authorize", "/jwks", "/interaction/none/consent", "/consents", "/nothing", "/par",
            ]
            _ = await send(draw(2) == 0 ? .get : .post, pick(paths), bearer: nil, .other)
        }
    }

    private static func targets(_ uri: WireText) -> [WireText] {
        [
            uri, WireText("\(uri)/"), WireText("\(uri)?a=b"), "https://evil.example/cb", WireText("\(uri)#f"),
            WireText(uri.string.replacing("example", with: "example.evil.example")), "//evil.example/cb",
            "javascript:alert(1)",
            WireText(uri.string.replacing("https", with: "http")), WireText(uri.string.replacing("/cb", with: "/CB")),
        ]
    }

    private var own: WireText?

    private func logIn() async {
        let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])
        let response = await post("/token", form, .clientToken(assertion: nil))
        own = response.flatMap { try? JSONReader.read($0.body) }?["access_token"]?.text
    }

    private func draw(_ count: Int) -> Int { Int(random.next(upperBound: UInt64(count))) }

    private func pick<Element>(_ elements: [Element]) -> Element { elements[draw(elements.count)] }

    @discardableResult private func post(_ path: String, _ form: FormFields, _ meaning: Call.Meaning) async -> Response?
    {
        var fields = Fields()
        fields.append(.authorization, FieldValue(Cast.stranger.basic) ?? "")
        return await send(.post, path, fields, form: form, meaning)
    }

    private func get(_ path: String, bearer: WireText, _ meaning: Call.Meaning) async {
        _ = await send(.get, path, bearer: bearer, meaning)
    }

    private func browse(_ path: String, query: WireText?, form: FormFields? = nil, party: Int) async {
        let browser = draw(Cast.people.count)
        var fields = Fields()
        fields.append(.cookie, FieldValue(world.cookies(of: browser)) ?? "")
        let request = Request.to(form == nil ? .get : .post, WireText(path), query: query, fields, form: form)
        let call = Call(request: request, meaning: .browse(party: party), from: .browser(browser))
        if let response = await world.send(call) { world.keepCookies(of: response, in: browser) }
    }

    private func send(
        _ method: HTTP.Method,
        _ path: String,
        _ fields: Fields = Fields(),
        form: FormFields? = nil,
        bearer: WireText? = nil,
        _ meaning: Call.Meaning
    ) async -> Response? {
        var fields = fields
        if let bearer { fields.append(.authorization, FieldValue(WireText("Bearer \(bearer)")) ?? "") }
        let request = Request.to(method, WireText(path), fields, form: form)
        return await world.send(Call(request: request, meaning: meaning, from: .party(Cast.stranger.index)))
    }
}

import Foundation
import OAuth
import TestSupport
import Testing
import Text

struct AuthorizationAnswerTests {
    func target(
        uri: RedirectURI = .sample,
        state: WireText? = "af0ifjsldkj",
        type: WireText = "code",
        mode: WireText? = nil
    ) throws -> RedirectionTarget {
        let form = FormFields.sampleAuthorization
            .setting("redirect_uri", uri.text).setting("state", state)
            .setting("response_type", type).setting("response_mode", mode)
        return try RedirectionTarget(AuthorizationFields(form), client: .sample(redirectURIs: [uri]))
    }

    func answer(_ target: RedirectionTarget) -> AuthorizationAnswer {
        AuthorizationAnswer(target, code: "SplxlOBeZQQYbYS6WxSbIA", idToken: nil, issuer: .sample)
    }

    @Test
    func `a code goes back with the state and with who answers`() throws {
        #expect(
            answer(try target()).location
                == "https://c.example/cb?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj&iss=https%3A%2F%2Fbank.example"
        )
    }

    @Test
    func `a code and an ID token go back in the fragment`() throws {
        let target = try target(type: "code id_token")
        let answer = AuthorizationAnswer(target, code: "c", idToken: "a.b.c", issuer: .sample)
        #expect(
            answer.location
                == "https://c.example/cb#code=c&id_token=a.b.c&state=af0ifjsldkj&iss=https%3A%2F%2Fbank.example"
        )
    }

    @Test
    func `AZ-12 a query that was registered stays as it is`() throws {
        let uri: RedirectURI = "https://c.example/cb?tenant=7&x=%c3%a9&y"
        #expect(answer(try target(uri: uri)).location.hasPrefix("https://c.example/cb?tenant=7&x=%c3%a9&y&code="))
        #expect(
            answer(try target(uri: uri, mode: "fragment")).location
                .hasPrefix("https://c.example/cb?tenant=7&x=%c3%a9&y#code=")
        )
    }

    @Test
    func `AZ-22 without a state the answer has none`() throws {
        let answer = answer(try target(state: nil))
        #expect(answer.parameters["state"] == nil)
        #expect(answer.parameters.fields.map(\.name) == ["code", "iss"])
    }

    @Test(arguments: Refusal.samples)
    func `AZ-23 every error says who answers, and gives the state back`(refusal: Refusal) throws {
        let answer = AuthorizationAnswer(try target(), refusal: refusal, issuer: .sample)
        #expect(answer.parameters.fields.map(\.name) == ["error", "error_description", "error_uri", "state", "iss"])
        #expect(answer.parameters["iss"] == Issuer.sample.text)
        #expect(answer.parameters["state"] == "af0ifjsldkj")
        #expect(answer.parameters["error"] == refusal.code)
    }

    @Test(arguments: ["query", "fragment", "form_post"] as [WireText])
    func `AZ-23 every success says who answers`(mode: WireText) throws {
        #expect(answer(try target(mode: mode)).parameters["iss"] == Issuer.sample.text)
    }

    @Test(arguments: NaughtyStrings.all)
    func `AZ-20 a state comes back through one decoding, in a header of one line`(state: WireText) throws {
        for mode in ["query", "fragment"] as [WireText] {
            let location = answer(try target(state: state, mode: mode)).location
            #expect(location.isVisibleASCII)
            #expect(location.byteCount < 8_192)
            #expect(URIReference(location) != nil)
            let uri = try #require(URIReference(location))
            let text = try #require(mode == "query" ? uri.query : uri.fragment)
            #expect(try FormFields(text)["state"] == state)
            #expect(try FormFields(text).all("state").count == 1)
            // A reader that is not ours, and knows nothing of `+`.
            let components = try #require(URLComponents(string: location.string))
            let items = try #require(
                mode == "query"
                    ? components.queryItems
                    : URLComponents(string: "x:?\(components.percentEncodedFragment ?? "")")?.queryItems
            )
            let value = try #require(items.first { $0.name == "state" }?.value)
            // Foundation takes a byte order mark off.
            #expect(Array(value.utf8) == (state.hasPrefix("\u{FEFF}") ? Array(state.bytes.dropFirst(3)) : state.bytes))
        }
    }

    @Test(arguments: ["query", "fragment"] as [WireText])
    func `AZ-20 the longest state that is taken still fits a header`(mode: WireText) throws {
        let longestURI = WireText("https://c.example/" + String(repeating: "x", count: 2_030))
        let uri = try RedirectURI(registering: longestURI, portIsFree: false)
        let state = WireText(String(repeating: "\u{FF}", count: Limits.stateBytes / 6))
        let target = try target(uri: uri, state: state, mode: mode)
        #expect(target.state == state)
        #expect(answer(target).location.byteCount < 8_192)
        for refusal in Refusal.samples {
            #expect(AuthorizationAnswer(target, refusal: refusal, issuer: .sample).location.byteCount < 8_192)
        }
    }
}

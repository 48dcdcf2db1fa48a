import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// One run of a FAPI module under one variant.
struct Run {
    let variant: Variant
    let plan: Plan
    let first = Party.first
    let second = Party.second

    init(_ variant: Variant) throws {
        self.variant = variant
        plan = try Plan(Party.first.client(variant), second: Party.second.client(variant))
    }

    /// What became of an authorization request.
    enum Outcome {
        /// `/par` said no.
        case refused(Response)
        /// A page of ours that leads nowhere.
        case page
        case answered(Answer)
    }

    /// What the third party got through the browser.
    struct Answer {
        let uri: URIReference
        /// The parameters, or the claims of the JWT that carried them.
        let parameters: JSON

        subscript(name: WireText) -> WireText? { parameters[name]?.text }
    }

    // MARK: Requests

    /// The parameters of a request in which nothing is wrong, with some in the place of others or left out.
    func parameters(
        _ changes: [WireText: JSON?] = [:],
        by party: Party = .first,
        about consent: WireText? = nil
    ) async throws -> [WireText: JSON] {
        var parameters: [WireText: JSON] = [
            "client_id": .text(party.id.text), "redirect_uri": .text(party.redirectURI),
            "response_type": .text(WireText(variant.responseType.rawValue)), "state": "af0ifjsldkj",
            "nonce": "n-0S6_WzA2Mj", "scope": "openid",
        ]
        if variant.answersAreSigned { parameters["response_mode"] = "jwt" }
        if variant.sendsChallenge {
            parameters["code_challenge"] = .text(Challenge.sampleText)
            parameters["code_challenge_method"] = "S256"
        }
        if variant.isUK {
            let intent = if let consent { consent } else { try await self.consent(of: party) }
            parameters["scope"] = "openid accounts"
            parameters["claims"] = Self.claims(intent)
        }
        for (name, value) in changes { parameters[name] = value }
        return parameters
    }

    /// The claims of 3.2: the consent, and the levels at which it may be given.
    static func claims(
        _ intent: WireText,
        acr: [WireText] = ["urn:openbanking:psd2:sca", "urn:openbanking:psd2:ca"]
    ) -> JSON {
        [
            "id_token": [
                "openbanking_intent_id": ["value": .text(intent), "essential": true],
                "acr": ["essential": true, "values": .array(acr.map { .text($0) })],
            ]
        ]
    }

    /// The request object of these parameters.
    func object(
        _ parameters: [WireText: JSON],
        by party: Party = .first,
        changing changes: [WireText: JSON?] = [:],
        signedBy signer: SigningKey? = nil
    ) throws -> WireText {
        var claims = parameters
        claims["iss"] = .text(party.id.text)
        claims["aud"] = .text(Issuer.sample.text)
        claims["nbf"] = .integer(plan.now.seconds)
        claims["iat"] = .integer(plan.now.seconds)
        claims["exp"] = .integer(plan.now.seconds + 300)
        claims["jti"] = .text(Self.fresh)
        for (name, value) in changes { claims[name] = value }
        let members = claims.map { JSON.Member($0.key, $0.value) }
        return try (signer ?? party.signer(variant.algorithm)).sign(
            JSONWriter.write(.object(members)),
            type: "oauth-authz-req+jwt"
        )
    }

    /// What is sent: the object, or the parameters themselves.
    func form(
        _ changes: [WireText: JSON?] = [:],
        by party: Party = .first,
        about consent: WireText? = nil
    ) async throws -> FormFields {
        let parameters = try await parameters(changes, by: party, about: consent)
        guard variant.isSigned else { return Self.form(parameters) }
        let claims: Set<WireText> = ["iss", "aud", "nbf", "iat", "exp", "jti"]
        let object = try object(parameters, by: party, changing: changes.filter { claims.contains($0.key) })
        return Self.form(object, of: party)
    }

    static func form(_ object: WireText, of party: Party = .first) -> FormFields {
        FormFields([.init("client_id", party.id.text), .init("request", object)])
    }

    private static func form(_ parameters: [WireText: JSON]) -> FormFields {
        FormFields(
            parameters.map { name, value in
                .init(name, value.text ?? WireText(String(decoding: JSONWriter.write(value), as: UTF8.self)))
            }
        )
    }

    func push(_ form: FormFields, by party: Party = .first, _ shown: Shown = Shown()) async throws -> Response {
        try await post("/par", form, by: party, shown)
    }

    /// What a browser brings for a form: a reference to it where it is pushed, or else the form itself.
    func query(_ form: FormFields, by party: Party = .first, _ shown: Shown = Shown()) async throws -> FormFields {
        guard variant.isPushed else {
            // RFC 6749 wants them there as well, RFC 9101 §5 has them ignored.
            let type = WireText(variant.responseType.rawValue)
            return FormFields(form.fields + [.init("response_type", type), .init("scope", "openid")])
        }
        let response = try await push(form, by: party, shown)
        return plan.query(try #require(response.reference), of: party.id)
    }

    /// Sends a form, and answers the pages that come of it.
    func send(
        _ form: FormFields,
        by party: Party = .first,
        _ shown: Shown = Shown(),
        beside: [FormFields.Field] = [],
        answering answer: Browser.Answer = .allow
    ) async throws -> Outcome {
        if variant.isPushed {
            let response = try await push(form, by: party, shown)
            guard let reference = response.reference else { return .refused(response) }
            return try await open(FormFields(plan.query(reference, of: party.id).fields + beside), answer)
        }
        let known: Set<WireText> = Set(beside.map(\.name))
        let query = try await query(form, by: party).fields.filter { !known.contains($0.name) }
        return try await open(FormFields(query + beside), answer)
    }

    /// Opens what a browser brings, and answers the pages that come of it.
    func open(_ query: FormFields, _ answer: Browser.Answer = .allow) async throws -> Outcome {
        try await outcome(of: await Browser(plan).answer(query, answer))
    }

    /// Asks with something changed.
    func ask(
        _ changes: [WireText: JSON?] = [:],
        by party: Party = .first,
        about consent: WireText? = nil,
        _ shown: Shown = Shown(),
        beside: [FormFields.Field] = [],
        answering answer: Browser.Answer = .allow
    ) async throws -> Outcome {
        try await send(
            try await form(changes, by: party, about: consent),
            by: party,
            shown,
            beside: beside,
            answering: answer
        )
    }

    /// The answer to a request that must succeed.
    func answer(
        _ changes: [WireText: JSON?] = [:],
        by party: Party = .first,
        about consent: WireText? = nil,
        _ shown: Shown = Shown(),
        beside: [FormFields.Field] = []
    ) async throws -> Answer {
        let outcome = try await ask(changes, by: party, about: consent, shown, beside: beside)
        let answer = try #require(outcome.answer)
        #expect(answer["error"] == nil)
        #expect(answer["code"] != nil)
        return answer
    }

    func code(by party: Party = .first, _ shown: Shown = Shown()) async throws -> WireText {
        try #require(try await answer(by: party, shown)["code"])
    }

    func outcome(of response: Response) async throws -> Outcome {
        if response.isErrorPage { return .page }
        #expect(response.status == .seeOther)
        let location = try #require(response.fields.first(.location))
        let uri = try #require(URIReference(location))
        let fields = try FormFields(try #require(uri.fragment ?? uri.query))
        guard let token = fields["response"] else {
            let members = fields.fields.map { JSON.Member($0.name, .text($0.value)) }
            return .answered(Answer(uri: uri, parameters: .object(members)))
        }
        let keys = try JWKSet(await plan.send(.get, "/jwks").body)
        let jwt = try JWT(token, signedBy: keys, allowing: [variant.algorithm])
        let end = try #require(jwt.claims["exp"]?.integer)
        // 4.3: between ten seconds and ten minutes ahead.
        #expect((plan.now.seconds + 10...plan.now.seconds + 600).contains(end))
        return .answered(Answer(uri: uri, parameters: jwt.claims))
    }

    // MARK: Clients' own requests

    /// What a request shows of its sender, where it is not what it should be.
    struct Shown {
        /// Claims of the assertion in the place of others; no assertion at all where it is `nil`.
        var assertion: [WireText: JSON?]? = [:]
        var signer: SigningKey?
        var certificate = Certificate.own
        var proofs = Proofs.own

        enum Certificate {
            case own
            case none
            case of(Party)
        }

        enum Proofs {
            case own
            case none
            case some([WireText])
        }
    }

    /// A form posted with what its sender must show.
    func post(
        _ path: WireText,
        _ form: FormFields,
        by party: Party = .first,
        _ shown: Shown = Shown()
    ) async throws -> Response {
        await plan.send(
            .post,
            path,
            form: try proving(form, by: party, shown),
            proofs: proofs(shown, by: party, at: path),
            certificate: certificate(shown, of: party)
        )
    }

    private func proving(_ form: FormFields, by party: Party, _ shown: Shown) throws -> FormFields {
        guard variant.authentication == .privateKeyJWT, let changes = shown.assertion else {
            return form["client_id"] == nil ? form.setting("client_id", party.id.text) : form
        }
        var claims: [WireText: JSON] = [
            "iss": .text(party.id.text), "sub": .text(party.id.text), "aud": .text(Issuer.sample.text),
            "jti": .text(Self.fresh), "iat": .integer(plan.now.seconds), "exp": .integer(plan.now.seconds + 60),
        ]
        for (name, value) in changes { claims[name] = value }
        let members = claims.map { JSON.Member($0.key, $0.value) }
        let signer = shown.signer ?? party.signer(variant.algorithm)
        let assertion = try signer.sign(JSONWriter.write(.object(members)), type: "JWT")
        return form.setting("client_assertion", assertion)
            .setting("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    }

    private func certificate(_ shown: Shown, of party: Party) -> [UInt8]? {
        switch shown.certificate {
        case .own: party.certificate
        case .none: nil
        case .of(let other): other.certificate
        }
    }

    private func proofs(_ shown: Shown, by party: Party, at path: WireText) -> [WireText] {
        switch shown.proofs {
        case .none: []
        case .some(let proofs): proofs
        // At `/par` a proof may be left out, and is, but where a module is about it.
        case .own: variant.constraint == .proofOfPossession && path == "/token" ? [proof(path, by: party)] : []
        }
    }

    /// A proof of possession made now, for a POST to one of our endpoints unless told.
    func proof(
        _ path: WireText,
        by party: Party = .first,
        _ changes: [WireText: JSON?] = [:],
        header: [WireText: JSON?] = [:]
    ) -> WireText {
        let plain: [WireText: JSON?] = [
            "htu": .text(Issuer.sample.url(path)), "iat": .integer(plan.now.seconds), "jti": .text(Self.fresh),
        ]
        return party.prover.text(changing: plain.merging(changes) { $1 }, header: header)
    }

    func redeem(
        _ code: WireText,
        by party: Party = .first,
        changing changes: [WireText: WireText?] = [:],
        _ shown: Shown = Shown()
    ) async throws -> Response {
        var form = FormFields([
            .init("grant_type", "authorization_code"), .init("code", code), .init("redirect_uri", party.redirectURI),
        ])
        if variant.sendsChallenge { form.append("code_verifier", CodeRecord.sampleVerifier) }
        for (name, value) in changes { form = form.setting(name, value) }
        return try await post("/token", form, by: party, shown)
    }

    /// The access token of a whole flow.
    func accessToken(by party: Party = .first) async throws -> WireText {
        let tokens = try await redeem(try await code(by: party), by: party)
        return try #require(tokens.json?["access_token"]?.text)
    }

    // MARK: Resources

    /// The path of what the token opens.
    var resource: WireText { variant.isUK ? "/open-banking/v3.1/aisp/accounts" : "/userinfo" }

    /// Asks the resource with a token, the scheme spelled as told.
    func use(
        _ token: WireText,
        by party: Party = .first,
        scheme: WireText? = nil,
        _ shown: Shown = Shown(),
        headers: [(FieldName, FieldValue)] = []
    ) async -> Response {
        let isBound = variant.constraint == .proofOfPossession
        var proofs: [WireText] = []
        switch shown.proofs {
        case .none: break
        case .some(let made): proofs = made
        case .own: if isBound { proofs = [resourceProof(token, by: party)] }
        }
        return await plan.send(
            .get,
            resource,
            proofs: proofs,
            authorization: WireText("\(scheme ?? (isBound ? "DPoP" : "Bearer")) \(token)"),
            certificate: certificate(shown, of: party),
            headers: headers
        )
    }

    /// A proof for the resource and the token.
    func resourceProof(
        _ token: WireText,
        by party: Party = .first,
        _ changes: [WireText: JSON?] = [:],
        header: [WireText: JSON?] = [:]
    ) -> WireText {
        let plain: [WireText: JSON?] = ["htm": "GET", "ath": SampleProof.hash(of: token)]
        return proof(resource, by: party, plain.merging(changes) { $1 }, header: header)
    }

    /// A consent that the party has registered by the API, as 3.2 has it.
    func consent(of party: Party = .first, with data: [JSON.Member] = []) async throws -> WireText {
        let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])
        let tokens = try await post("/token", form, by: party)
        #expect(tokens.status == .ok)
        let token = try #require(tokens.json?["access_token"]?.text)
        let permissions = JSON.Member("Permissions", ["ReadAccountsBasic"])
        let path: WireText = "/open-banking/v3.1/aisp/account-access-consents"
        let response = await plan.send(
            .post,
            path,
            authorization: WireText("Bearer \(token)"),
            certificate: party.certificate,
            document: ["Data": .object([permissions] + data), "Risk": [:]],
            headers: [("x-fapi-auth-date", "Mon, 02 Mar 2026 11:00:00 GMT")]
        )
        #expect(response.status == .created)
        #expect(response.fields.first(.xFAPIInteractionID) != nil)
        return try #require(response.json?["Data"]?["ConsentId"]?.text)
    }

    private static var fresh: WireText { WireText("\(UInt64.random(in: 0 ... .max))") }
}

extension Run.Outcome {
    /// What came back through the browser, if anything did.
    var answer: Run.Answer? {
        guard case .answered(let answer) = self else { return nil }
        return answer
    }

    /// Holds a refusal to the words that the suite takes: of `/par`, of a redirect, or a page where that will do.
    func isRefused(
        push: Set<WireText> = [],
        redirect: Set<WireText> = [],
        page: Bool = true,
        _ location: SourceLocation = #_sourceLocation
    ) {
        switch self {
        case .refused(let response):
            #expect(response.status == .badRequest, sourceLocation: location)
            #expect(push.contains(response.error ?? ""), sourceLocation: location)
        case .page: #expect(page, sourceLocation: location)
        case .answered(let answer):
            #expect(redirect.contains(answer["error"] ?? "none"), sourceLocation: location)
            #expect(answer["code"] == nil && answer["id_token"] == nil, sourceLocation: location)
        }
    }
}

extension Response {
    /// Holds a refusal of an endpoint for machines to the words that the suite takes: 401 is for `invalid_client`.
    func isRefused(_ errors: Set<WireText>, _ location: SourceLocation = #_sourceLocation) {
        #expect(status == (error == "invalid_client" ? .unauthorized : .badRequest), sourceLocation: location)
        #expect(errors.contains(error ?? "none"), sourceLocation: location)
    }
}

extension Run {
    /// The claims of an ID token, after everything that holds for every one of them.
    func claims(ofIDToken text: WireText?, for party: Party = .first) async throws -> JSON {
        let keys = try JWKSet(await plan.send(.get, "/jwks").body)
        let token = try JWT(try #require(text), signedBy: keys, allowing: [variant.algorithm])
        let claims = token.claims
        #expect(token.header.keyID != nil)
        #expect(claims["iss"]?.text == Issuer.sample.text)
        #expect(claims["aud"]?.text == party.id.text)
        let issued = try #require(claims["iat"]?.integer)
        #expect(abs(issued - plan.now.seconds) <= 300)
        #expect(claims["exp"]?.integer ?? 0 > issued)
        #expect(claims["auth_time"]?.integer ?? .max <= issued)
        #expect(claims["acr"]?.text == "urn:openbanking:psd2:sca")
        return claims
    }

    /// OpenID Connect Core §3.3.2.11: the left half of the SHA-256, which all algorithms here are cut with.
    static func half(of text: WireText) -> WireText {
        WireText(Base64URL.encode(Array(Digest.sha256(text).prefix(16))))
    }
}

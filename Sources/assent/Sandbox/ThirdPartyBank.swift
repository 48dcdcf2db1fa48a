import Crypto
import HTTP
import Net
import Text

/// What the demo third party asks the bank, over HTTP and nothing else.
struct ThirdPartyBank: Sendable {
    let issuer: WireText
    let clientID: WireText
    let secret: WireText
    let redirectURI: WireText
    let address: Address
    let loop: EventLoop

    struct Tokens: Sendable {
        let accessToken: WireText
        let idToken: WireText?
        let refreshToken: WireText?
    }

    /// RFC 6749 §4.4, then UK Read/Write API v3.1: the consent is registered before the customer is asked.
    func registerConsent() async throws(ThirdPartyFailure) -> WireText {
        let token = try await token([
            FormFields.Field("grant_type", "client_credentials"), FormFields.Field("scope", "accounts"),
        ])
        let answer = try await send(
            .post,
            "/open-banking/v3.1/aisp/account-access-consents",
            bearer: token.accessToken,
            type: "application/json",
            body: JSONWriter.write(Self.consent)
        )
        guard let id = answer["Data"]?["ConsentId"]?.text else { throw .answerMalformed }
        return id
    }

    /// RFC 8628 §3.1: what a device shows, and what it polls with.
    struct DeviceCodes: Sendable {
        let consent: WireText
        let device: WireText
        let user: WireText
        let page: WireText
    }

    /// Asks for the codes of a device, about a consent.
    func deviceCodes(for consent: WireText) async throws(ThirdPartyFailure) -> DeviceCodes {
        let fields = [FormFields.Field("scope", "openid accounts"), FormFields.Field("claims", Self.claims(consent))]
        let answer = try await post("/device_authorization", fields)
        guard let device = answer["device_code"]?.text, let user = answer["user_code"]?.text,
            let page = answer["verification_uri_complete"]?.text
        else { throw .answerMalformed }
        return DeviceCodes(consent: consent, device: device, user: user, page: page)
    }

    /// RFC 8628 §3.4.
    func poll(_ device: WireText) async throws(ThirdPartyFailure) -> Tokens {
        try await token([
            FormFields.Field("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            FormFields.Field("device_code", device),
        ])
    }

    /// A request by the back channel: OpenID CIBA Core 1.0 §7.
    struct Call: Sendable {
        let id: WireText
        /// What both sides show.
        let message: WireText
    }

    /// Has the bank ask somebody about a consent.
    ///
    /// - Parameter token: What the bank shows when it tells us that there is an answer.
    func call(
        _ username: WireText,
        about consent: WireText,
        message: WireText,
        token: WireText
    ) async throws(ThirdPartyFailure) -> Call {
        let answer = try await post(
            "/bc-authorize",
            [
                FormFields.Field("scope", "openid accounts"), FormFields.Field("claims", Self.claims(consent)),
                FormFields.Field("login_hint", username), FormFields.Field("binding_message", message),
                FormFields.Field("client_notification_token", token),
            ]
        )
        guard let id = answer["auth_req_id"]?.text else { throw .answerMalformed }
        return Call(id: id, message: message)
    }

    /// OpenID CIBA Core 1.0 §10.1.
    func poll(call id: WireText) async throws(ThirdPartyFailure) -> Tokens {
        try await token([
            FormFields.Field("grant_type", "urn:openid:params:grant-type:ciba"), FormFields.Field("auth_req_id", id),
        ])
    }

    func authorizationURL(for journey: Journey) -> WireText {
        let challenge = Base64URL.encode(Digest.sha256(journey.verifier))
        let query = FormFields([
            FormFields.Field("response_type", "code"),
            FormFields.Field("client_id", clientID),
            FormFields.Field("redirect_uri", redirectURI),
            FormFields.Field("scope", "openid accounts"),
            FormFields.Field("state", journey.state),
            FormFields.Field("nonce", journey.nonce),
            FormFields.Field("code_challenge", WireText(challenge)),
            FormFields.Field("code_challenge_method", "S256"),
            FormFields.Field("claims", Self.claims(journey.consent)),
        ])
        return WireText("\(issuer)/authorize?\(query.encoded)")
    }

    func redeem(_ code: WireText, for journey: Journey) async throws(ThirdPartyFailure) -> Tokens {
        try await token([
            FormFields.Field("grant_type", "authorization_code"),
            FormFields.Field("code", code),
            FormFields.Field("redirect_uri", redirectURI),
            FormFields.Field("code_verifier", journey.verifier),
        ])
    }

    func accounts(with token: WireText) async throws(ThirdPartyFailure) -> JSON {
        try await send(.get, "/open-banking/v3.1/aisp/accounts", bearer: token, type: nil, body: [])
    }

    private static func claims(_ consent: WireText) -> WireText {
        let claims: JSON = ["id_token": ["openbanking_intent_id": ["value": .text(consent), "essential": true]]]
        return WireText(JSONWriter.write(claims)) ?? ""
    }

    private func post(_ path: WireText, _ fields: [FormFields.Field]) async throws(ThirdPartyFailure) -> JSON {
        let credentials = "\(PercentEncoding.encode(clientID)):\(PercentEncoding.encode(secret))"
        return try await send(
            .post,
            path,
            authorization: WireText("Basic \(Base64.encode(Array(credentials.utf8)))"),
            type: "application/x-www-form-urlencoded",
            body: Array(FormFields(fields).encoded.utf8)
        )
    }

    private func token(_ fields: [FormFields.Field]) async throws(ThirdPartyFailure) -> Tokens {
        let answer = try await post("/token", fields)
        guard let accessToken = answer["access_token"]?.text else { throw .answerMalformed }
        return Tokens(
            accessToken: accessToken,
            idToken: answer["id_token"]?.text,
            refreshToken: answer["refresh_token"]?.text
        )
    }

    private func send(
        _ method: Method,
        _ path: WireText,
        bearer: WireText? = nil,
        authorization: WireText? = nil,
        type: FieldValue?,
        body: [UInt8]
    ) async throws(ThirdPartyFailure) -> JSON {
        var fields = Fields()
        fields.append(.accept, "application/json")
        if let type { fields.append(.contentType, type) }
        let credential = authorization ?? bearer.map { WireText("Bearer \($0)") }
        if let credential, let value = FieldValue(credential) { fields.append(.authorization, value) }
        let response: Response
        do {
            let request = Request(
                method: method,
                path: path,
                authority: URIReference(issuer)?.authority,
                fields: fields,
                body: body,
                peer: Peer(address: "127.0.0.1", port: 0, isEncrypted: false)
            )
            response = try await HTTPClient.exchange(request, with: address, on: loop)
        } catch { throw .bankUnreachable(error) }
        guard (200..<300).contains(response.status.code) else {
            throw .bankRefused(status: response.status.code, body: WireText(response.body) ?? "")
        }
        do { return try JSONReader.read(response.body) } catch { throw .answerMalformed }
    }

    /// Every permission that the sandbox has data for.
    private static let consent: JSON = [
        "Data": [
            "Permissions": [
                "ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits",
                "ReadTransactionsDebits",
            ]
        ],
        "Risk": [:],
    ]
}

import JOSE
package import Text

/// A checked request that came by the back channel: OpenID CIBA Core 1.0 §7.1 and §7.2.
package struct BackchannelRequest: Sendable {
    /// Who is to be asked.
    package let hint: Hint
    /// What is shown to them.
    package let message: BindingMessage?
    /// Seconds until nobody can decide any more.
    package let seconds: Int
    /// What we show to the client when we tell it that there is something to fetch.
    package let notificationToken: WireText?
    /// The change that spends its signature, where its client signed it.
    package let spending: Change?
    /// Whether its client signed it.
    package var isSigned: Bool { spending != nil }
    /// What is kept of it for the page.
    package let parameters: FormFields

    /// Who is to be asked, in the one way in which the client says it.
    package enum Hint: Sendable, Hashable {
        case login(WireText)
        case idToken(WireText)
        case loginToken(WireText)
    }

    /// - Parameter form: What came, the client's proof of itself included.
    package init(
        _ form: FormFields,
        of client: Client,
        for issuer: Issuer,
        at now: Timestamp
    ) throws(Refusal) {
        guard let registration = client.backchannel else { throw .grantTypeNotAllowed }
        let sent = try TokenFields(form)
        let fields: TokenFields
        if let object = sent[.request] {
            // CIBA §7.1.1: what is signed stands in the object, and nothing of it beside.
            for parameter in Self.parameters where sent[parameter] != nil { throw .requestNotSigned }
            let signed = try BackchannelRequestObject.read(object, of: client, for: issuer, at: now)
            (fields, spending) = (signed.fields, signed.spending)
        } else {
            guard registration.requestAlgorithm == nil, !client.profile.needsSignedBackchannel else {
                throw .requestNotSigned
            }
            (fields, spending) = (sent, nil)
        }
        // CIBA §4: nobody here checks one, and who sends one counts on it.
        guard fields[.userCode] == nil else { throw .parameterUnsupported(.userCode) }
        hint = try Self.hint(fields)
        message = try Self.message(fields)
        seconds = try Self.seconds(fields)
        notificationToken = try Self.notificationToken(fields, registration)
        var parameters = FormFields([FormFields.Field("client_id", client.id.text)])
        for parameter in [Parameter.scope, .claims, .acrValues, .uiLocales] {
            if let value = fields[parameter] { parameters.append(parameter.name, value) }
        }
        self.parameters = parameters
        // CIBA §7.1: it is a request of OpenID Connect.
        guard let scope = fields[.scope] else { throw .scopeMissing }
        guard Scope(scope)?.contains(Scope.openID) == true else { throw .scopeUnsupported }
    }

    /// What a request object holds in its place.
    private static let parameters: [Parameter] = [
        .scope, .claims, .acrValues, .uiLocales, .loginHint, .idTokenHint, .loginHintToken, .bindingMessage,
        .userCode, .requestedExpiry, .clientNotificationToken,
    ]

    /// CIBA §7.1: one of the three, and no other beside it.
    private static func hint(_ fields: TokenFields) throws(Refusal) -> Hint {
        switch (fields[.loginHint], fields[.idTokenHint], fields[.loginHintToken]) {
        case (let hint?, nil, nil): return .login(hint)
        case (nil, let hint?, nil): return .idToken(hint)
        case (nil, nil, let hint?): return .loginToken(hint)
        default: throw .hintsNotOne
        }
    }

    private static func message(_ fields: TokenFields) throws(Refusal) -> BindingMessage? {
        guard let text = fields[.bindingMessage] else { return nil }
        guard let message = BindingMessage(text) else { throw .bindingMessageInvalid }
        return message
    }

    /// CIBA §7.1: a whole number above zero; a longer time than ours is no harm, and the answer says what it got.
    private static func seconds(_ fields: TokenFields) throws(Refusal) -> Int {
        guard let text = fields[.requestedExpiry] else { return PolledRequest.seconds }
        guard text.byteCount <= 9, text.utf8.allSatisfy(\.isDigit), let seconds = Int(text.string), seconds > 0 else {
            throw .parameterMalformed(.requestedExpiry)
        }
        return min(seconds, Limits.backchannelSeconds)
    }

    /// CIBA §7.1: there must be one where we call the client, and it fits an Authorization header.
    private static func notificationToken(
        _ fields: TokenFields,
        _ registration: BackchannelRegistration
    ) throws(Refusal) -> WireText? {
        guard case .ping = registration.delivery else { return nil }
        guard let token = fields[.clientNotificationToken] else { throw .parameterMissing(.clientNotificationToken) }
        guard token.byteCount <= Limits.notificationTokenBytes, token.isBearerToken else {
            throw .parameterMalformed(.clientNotificationToken)
        }
        return token
    }
}

extension WireText {
    /// `b64token` of RFC 6750 §2.1.
    fileprivate var isBearerToken: Bool {
        let body = utf8.prefix { $0 != UInt8(ascii: "=") }
        let marks = Set("-._~+/".utf8)
        return !body.isEmpty && body.allSatisfy { $0.isLetterOrDigit || marks.contains($0) }
            && utf8.dropFirst(body.count).allSatisfy { $0 == UInt8(ascii: "=") }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}

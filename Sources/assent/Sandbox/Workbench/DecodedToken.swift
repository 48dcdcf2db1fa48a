import HTTP
import JOSE
import RelyingParty
import Text

/// A signed token as it stands in an exchange, taken apart.
struct DecodedToken: Sendable {
    let name: WireText
    let header: JSON
    let claims: JSON
    /// By which key the signature was checked, and what came of it.
    let signature: WireText
    let isSigned: Bool
    let findings: [TokenFinding]
}

extension DecodedToken {
    /// Every signed token of an exchange: those that were sent, then those that came back.
    static func all(in exchange: Exchange, of flow: Flow) -> [DecodedToken] {
        found(in: exchange).compactMap { name, text in DecodedToken(name, text, in: exchange, of: flow) }
    }

    private init?(_ name: WireText, _ text: WireText, in exchange: Exchange, of flow: Flow) {
        guard let read = ReadableToken(text) else { return nil }
        self.name = name
        header = read.header
        claims = read.claims
        let signer = Signer(of: name, header: read.header, flow)
        let problem = signer.problem(with: text, read.header)
        isSigned = problem == nil
        let algorithm = read.header["alg"]?.text ?? "no algorithm"
        let key = read.header["kid"]?.text.map { " \($0)" } ?? ""
        signature = WireText("\(algorithm), \(problem?.string ?? "holds by \(signer.sentence)\(key)")")
        findings = Self.findings(name, text, in: exchange, of: flow)
    }

    /// Names as the parameters have them.
    private static func found(in exchange: Exchange) -> [(WireText, WireText)] {
        var found: [(WireText, WireText)] = []
        func take(_ form: FormFields?) {
            for field in form?.fields ?? [] where names.contains(field.name) { found.append((field.name, field.value)) }
        }
        let call = exchange.call
        if let proof = call.fields.first(.dpop) { found.append(("DPoP", proof)) }
        if let credential = call.fields.first(.authorization)?.split(at: .space), credential.count == 2,
            credential[0] == "Bearer" || credential[0] == "DPoP"
        {
            found.append(("Authorization", credential[1]))
        }
        take(URIReference(call.url)?.query.flatMap { try? FormFields($0) })
        take(call.form)
        if call.purpose == .pasted { take(call.form?["url"].flatMap { Self.pasted($0) }) }
        if call.purpose == .departure { take(exchange.location.flatMap { Self.query(of: $0) }) }
        for name in names {
            if let text = exchange.json?[name]?.text { found.append((name, text)) }
        }
        return found
    }

    private static let names: [WireText] = [
        "client_assertion", "request", "access_token", "id_token", "response",
    ]

    static func pasted(_ url: WireText) -> FormFields? { AuthorizationResponse(url: url)?.parameters }

    static func query(of url: WireText) -> FormFields? {
        URIReference(url)?.query.flatMap { try? FormFields($0) }
    }

    /// What a client looks at in tokens that are for it.
    private static func findings(
        _ name: WireText,
        _ text: WireText,
        in exchange: Exchange,
        of flow: Flow
    ) -> [TokenFinding] {
        guard let server = flow.server, let attempt = flow.attempt else { return [] }
        let time = exchange.began
        switch name {
        case "id_token":
            var checks = IDTokenChecks(server: server, client: flow.client)
            // OpenID Connect Core §12.2: one that was refreshed need not have the nonce.
            let isRefreshed = exchange.call.purpose == .refresh
            checks.nonce = isRefreshed ? ReadableToken(text)?.claims["nonce"]?.text : attempt.nonce
            checks.accessToken = exchange.json?["access_token"]?.text
            if exchange.json == nil {
                checks.code = flow.code?.text
                checks.state = attempt.state
            }
            return checks.findings(in: text, at: time)
        case "access_token":
            return AccessTokenChecks(server: server, client: flow.client).findings(in: text, at: time)
        default: return []
        }
    }
}

/// Whose key a token is checked by.
private enum Signer {
    case bank(JSON)
    case client(JSON)
    /// RFC 9449 §4.2: the key stands in the header.
    case header(JSON)

    init(of name: WireText, header: JSON, _ flow: Flow) {
        switch name {
        case "client_assertion", "request": self = .client(["keys": .array(flow.clientKeys)])
        case "DPoP": self = .header(["keys": .array([header["jwk"]].compactMap { $0 })])
        default: self = .bank(flow.server?.keys ?? ["keys": []])
        }
    }

    var sentence: String {
        switch self {
        case .bank: "the bank's key"
        case .client: "the client's key"
        case .header: "the key in its own header"
        }
    }

    private var keys: JSON {
        switch self {
        case .bank(let keys), .client(let keys), .header(let keys): keys
        }
    }

    /// What is wrong with the signature.
    func problem(with token: WireText, _ header: JSON) -> WireText? {
        guard let algorithm = header["alg"]?.text.flatMap({ Algorithm($0) }) else { return "which is not known here" }
        do {
            _ = try JWT(token, signedBy: try JWKSet(keys), allowing: [algorithm])
            return nil
        } catch { return WireText("does not hold by \(sentence): \(error)") }
    }
}

extension Flow {
    /// Of the client and of the one who tries its code.
    fileprivate var clientKeys: [JSON] { [client.key?.jwk, stranger.key?.jwk].compactMap { $0 } }
}

import HTTP
import Mustache
import RelyingParty
import Text

/// One exchange as the page shows it.
struct HopView {
    let flow: Flow
    let exchange: Exchange
    let isOpen: Bool

    private var call: Call { exchange.call }

    var view: View {
        let purpose = call.purpose
        return .object(
            way + [
                .init("number", .text(WireText("\(exchange.number)"))),
                .init("title", .text(purpose.name)),
                .init("clause", .text(purpose.clause)),
                .init("why", .text(purpose.why)),
                .init("is_open", .flag(isOpen)),
                .init("milliseconds", .text(WireText("\(exchange.milliseconds)"))),
                .init("status", .text(exchange.summary)),
                .init("tone", .text(tone)),
                .init("verdict", verdict),
                .init("tokens", .list(DecodedToken.all(in: exchange, of: flow).map(Self.token))),
                .init("curl", .text(call.curl)),
            ] + request + answer
        )
    }

    /// Between whom it was.
    private var way: [View.Member] {
        let isOurs = ![Purpose.departure, .arrival, .pasted].contains(call.purpose)
        return [
            .init("from", isOurs ? "third party" : "browser"), .init("to", isOurs ? "bank" : "third party"),
        ]
    }

    private var request: [View.Member] {
        var parameters = DecodedToken.query(of: call.url)?.fields ?? []
        parameters += call.form?.fields ?? []
        if call.purpose == .pasted, let url = call.form?["url"] {
            parameters += DecodedToken.pasted(url)?.fields ?? []
        }
        return [
            .init("method", .text(call.method.token)),
            .init("url", .text(call.url)),
            .init("sent", Self.list(call.fields.pairs.map { ($0.name.text, $0.value) })),
            .init("parameters", Self.list(parameters.map { ($0.name, $0.value) })),
            .init("body", call.body.isEmpty ? .missing : .text(Self.body(call.body))),
        ]
    }

    private var answer: [View.Member] {
        guard let response = exchange.response else { return [.init("answer", .missing)] }
        let carried = exchange.location.flatMap { DecodedToken.query(of: $0) }?.fields ?? []
        return [
            .init(
                "answer",
                [
                    "status": .text(WireText("\(response.status.code) \(response.status.reason)")),
                    "came": Self.list(response.fields.pairs.map { ($0.name.text, $0.value) }),
                    "carried": Self.list(carried.map { ($0.name, $0.value) }),
                    "text": response.body.isEmpty ? .missing : .text(Self.body(response.body)),
                ]
            )
        ]
    }

    private var verdict: View {
        guard let verdict = flow.verdicts[exchange.number] else { return .missing }
        return [
            "expected": .text(verdict.expected), "found": .text(verdict.found), "is_good": .flag(verdict.isAsExpected),
        ]
    }

    /// As the page colours it: what was expected is good, whatever its status.
    private var tone: WireText {
        guard let verdict = flow.verdicts[exchange.number] else { return exchange.status < 400 ? "neutral" : "bad" }
        return verdict.isAsExpected ? "good" : "bad"
    }

    private static func token(_ token: DecodedToken) -> View {
        [
            "name": .text(token.name), "header": .text(indented(token.header)),
            "claims": .text(indented(token.claims)), "signature": .text(token.signature),
            "is_good": .flag(token.isSigned && token.findings.allSatisfy { $0.problem == nil }),
            "findings": .list(
                token.findings.map { finding in
                    [
                        "rule": .text(finding.rule.words), "problem": finding.problem.map { .text($0) } ?? .missing,
                        "holds": .flag(finding.problem == nil),
                    ]
                }
            ),
        ]
    }

    private static func list(_ pairs: [(WireText, WireText)]) -> View {
        pairs.isEmpty ? .missing : ["pairs": .list(pairs.map { ["name": .text($0.0), "value": .text($0.1)] })]
    }

    private static func body(_ bytes: [UInt8]) -> WireText {
        if let json = try? JSONReader.read(bytes) { return indented(json) }
        return WireText(bytes) ?? WireText("\(bytes.count) bytes that are not text")
    }

    private static func indented(_ json: JSON) -> WireText { WireText(JSONWriter.writeIndented(json)) ?? "" }
}

extension TokenRule {
    /// The claim, or the part of the token, that was looked at.
    fileprivate var words: WireText {
        switch self {
        case .form: "three parts"
        case .signature: "signature"
        case .keyID: "kid"
        case .type: "typ"
        case .issuer: "iss"
        case .audience: "aud"
        case .authorizedParty: "azp"
        case .expires: "exp"
        case .issued: "iat"
        case .subject: "sub"
        case .nonce: "nonce"
        case .accessTokenHash: "at_hash"
        case .codeHash: "c_hash"
        case .stateHash: "s_hash"
        case .clientID: "client_id"
        case .identifier: "jti"
        case .scope: "scope"
        }
    }
}

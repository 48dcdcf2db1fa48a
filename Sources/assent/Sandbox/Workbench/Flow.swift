import RelyingParty
import Text

/// One journey at the workbench: what was chosen, what was said, and what is held of it.
struct Flow: Sendable {
    let id: WireText
    let choices: FlowChoices
    let began: Timestamp
    let transport: Transport
    let client: ClientIdentity
    /// Who tries the code of the one above.
    let stranger: ClientIdentity

    var server: ServerDescription?
    var party: Party?
    var attempt: AuthorizationAttempt?
    /// Of the key that is proved with every request.
    var clientToken: WireText?
    var consent: WireText?
    /// Where the browser goes for the person's answer.
    var departure: WireText?
    var isAnswered = false
    var code: HeldCode?
    var tokens: HeldTokens?
    /// A refresh token that another has taken the place of.
    var spentRefreshToken: WireText?
    var isConsentDeleted = false
    /// By exchange.
    var verdicts: [Int: Verdict] = [:]
    /// What kept it from going on.
    var failure: WireText?
    /// The first exchange of what was done last.
    var newest = 1

    /// A code that came back and may wait to be redeemed.
    struct HeldCode: Sendable {
        let text: WireText
        let came: Timestamp
        var wrongTries = 0
        var isSpent = false
    }

    /// What the code was redeemed for.
    struct HeldTokens: Sendable {
        var tokens: Tokens
        var came: Timestamp
        var isAccessTokenRevoked = false
        /// Why nothing that was granted counts any more.
        var end: WireText?

        func isAccessTokenOver(at now: Timestamp) -> Bool {
            if end != nil || isAccessTokenRevoked { return true }
            return tokens.expiresIn.map { now.seconds >= came.seconds + $0 } ?? false
        }
    }
}

extension Flow {
    var exchanges: [Exchange] { transport.journal.exchanges }

    /// Whether there is room to write down another step.
    var isFull: Bool {
        transport.journal.count >= Limits.flowExchanges || transport.journal.byteCount >= Limits.flowBytes
    }

    var isPublic: Bool { client.method == .none }
}

/// What was expected of an answer, and whether it came.
struct Verdict: Sendable {
    let expected: WireText
    let found: WireText
    let isAsExpected: Bool
}

/// What a client expects of an answer.
enum Expectation: Sendable {
    case success(WireText)
    case refusal(Int, error: WireText?, because: WireText)
    /// RFC 7662 §2.2.
    case activity(Bool, because: WireText)
}

extension Expectation {
    var sentence: WireText {
        switch self {
        case .success(let what): what
        case .refusal(let status, let error, let reason):
            WireText("\(status) \(error.map { "\($0), " } ?? "")\(reason)")
        case .activity(let isActive, let reason): WireText("200 with active \(isActive), \(reason)")
        }
    }

    func holds(for exchange: Exchange) -> Bool {
        switch self {
        case .success: exchange.isSuccess
        case .refusal(let status, let error, _): exchange.status == status && (error == nil || exchange.error == error)
        case .activity(let isActive, _): exchange.status == 200 && exchange.json?["active"]?.boolean == isActive
        }
    }
}

extension Flow {
    /// Writes down whether an answer is what it should be.
    mutating func judge(_ exchange: Exchange, _ expectation: Expectation) {
        var found = exchange.summary
        if let isActive = exchange.json?["active"]?.boolean { found = WireText("\(found) with active \(isActive)") }
        verdicts[exchange.number] = Verdict(
            expected: expectation.sentence,
            found: found,
            isAsExpected: expectation.holds(for: exchange)
        )
    }
}

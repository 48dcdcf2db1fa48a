import RelyingParty
import Text

/// What a button of a journey does.
enum FlowStep: String, Sendable, CaseIterable {
    case leave
    case wrongVerifier = "wrong-verifier"
    case wrongClient = "wrong-client"
    case wrongRedirectURI = "wrong-redirect-uri"
    case redeem
    case replay
    case accounts
    case userInfo = "user-info"
    case introspect
    case refresh
    case replayRefresh = "replay-refresh"
    case revokeAccess = "revoke-access-token"
    case revokeRefresh = "revoke-refresh-token"
    case deleteConsent = "delete-consent"
}

extension FlowStep {
    /// The heading under which buttons stand together.
    enum Stage: String, CaseIterable {
        case leaving
        case code
        case tokens
        case end

        var title: WireText {
            switch self {
            case .leaving: "To the bank"
            case .code: "While the code is held"
            case .tokens: "With the tokens"
            case .end: "Bring it to an end"
            }
        }
    }

    var stage: Stage {
        switch self {
        case .leave: .leaving
        case .wrongVerifier, .wrongClient, .wrongRedirectURI, .redeem: .code
        case .accounts, .userInfo, .introspect, .refresh: .tokens
        case .replay, .replayRefresh, .revokeAccess, .revokeRefresh, .deleteConsent: .end
        }
    }

    var title: WireText {
        switch self {
        case .leave: "Go to the bank"
        case .wrongVerifier: "Wrong verifier"
        case .wrongClient: "Wrong client"
        case .wrongRedirectURI: "Wrong redirect URI"
        case .redeem: "Redeem the code"
        case .replay: "Replay the code"
        case .accounts: "Call accounts"
        case .userInfo: "Ask who it is"
        case .introspect: "Introspect"
        case .refresh: "Refresh"
        case .replayRefresh: "Replay the old refresh token"
        case .revokeAccess: "Revoke the access token"
        case .revokeRefresh: "Revoke the refresh token"
        case .deleteConsent: "Delete the consent"
        }
    }

    /// Why the button cannot be pressed now.
    func obstacle(in flow: Flow) -> WireText? {
        if flow.isFull { return "This journey has written down as much as it may. Start another." }
        switch self {
        case .leave:
            if flow.departure == nil { return "There is no request to leave with." }
            return flow.isAnswered ? "The bank has answered already." : nil
        case .redeem, .wrongVerifier, .wrongClient, .wrongRedirectURI:
            guard let code = flow.code else { return "No code has come back yet." }
            return code.isSpent ? "The code is spent. Begin again, and stop at each step to hold it." : nil
        case .replay:
            guard let code = flow.code else { return "No code has come back yet." }
            return code.isSpent ? nil : "Redeem the code first."
        case .accounts, .userInfo, .introspect, .revokeAccess: return flow.tokens == nil ? "There is no token." : nil
        case .refresh, .revokeRefresh:
            guard let tokens = flow.tokens else { return "There is no token." }
            return tokens.tokens.refresh == nil ? "There is no refresh token." : nil
        case .replayRefresh:
            return flow.spentRefreshToken == nil ? "Refresh first: it takes the place of the old one." : nil
        case .deleteConsent:
            if flow.isPublic {
                return "A public app has no token of its own for that: only the person ends it, at the dashboard."
            }
            if flow.consent == nil { return "There is no consent." }
            return flow.isConsentDeleted ? "It has been deleted." : nil
        }
    }
}

extension Flow {
    /// Takes a step that sends requests of our own, and writes down what was expected of each.
    ///
    /// - Parameter codeSeconds: How long a code lives at this bank.
    mutating func take(_ step: FlowStep, codeSeconds: Int, at now: Timestamp) async {
        guard let party else { return }
        failure = nil
        newest = transport.journal.count + 1
        do throws(PartyFailure) {
            switch step {
            case .leave: break
            case .wrongVerifier, .wrongClient, .wrongRedirectURI: try await tryWrong(step, party)
            case .redeem: try await redeem(party, codeSeconds: codeSeconds, at: now)
            case .replay: try await replay(party, at: now)
            case .accounts: try await callAccounts(party, at: now)
            case .userInfo: try await askWho(party, at: now)
            case .introspect: try await introspect(party, at: now)
            case .refresh: try await refresh(party, at: now)
            case .replayRefresh: try await replayRefresh(party)
            case .revokeAccess, .revokeRefresh: try await revoke(step, party)
            case .deleteConsent: try await deleteConsent(party)
            }
        } catch {
            failure = error.sentence
        }
    }
}

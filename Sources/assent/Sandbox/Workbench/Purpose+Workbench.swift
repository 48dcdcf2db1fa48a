import RelyingParty
import Text

extension Purpose {
    static let departure = Purpose("browser sent to the bank", "RFC 6749 §4.1.1")
    static let arrival = Purpose("browser back with the answer", "RFC 6749 §4.1.2, RFC 9207 §2")
    static let pasted = Purpose("answer pasted by hand", "OAuth 2.0 Multiple Response Types §2.1")
    static let wrongVerifier = Purpose("code with a wrong verifier", "RFC 7636 §4.6")
    static let wrongClient = Purpose("code by another client", "RFC 6749 §4.1.3")
    static let wrongRedirectURI = Purpose("code with another redirect URI", "RFC 6749 §4.1.3")
    static let replay = Purpose("code replayed", "RFC 6749 §4.1.2, RFC 9700 §2.1.1")
    static let replayRefresh = Purpose("spent refresh token", "RFC 9700 §4.14.2")
    static let accounts = Purpose("accounts called", "RFC 6750 §2.1, RFC 9449 §7.1")

    /// Why there is such a hop, in a sentence.
    var why: WireText { Self.reasons[self] ?? "" }

    private static let reasons: [Purpose: WireText] = [
        .discovery:
            "The client learns every address and every ability from the issuer itself, so that nothing is typed twice.",
        .keys: "What the bank signs is checked with these keys; `kid` in a token says which of them.",
        .clientToken:
            "A consent is registered before any person is there, so the client first gets a token of its own.",
        .consent:
            "What the client wants is put down at the bank; the person is asked about exactly this, by its number.",
        .push:
            "The request goes over the back channel, so that no browser can read it or change it; the browser carries a reference.",
        .departure:
            "The browser takes the request to the bank, where the person logs in and decides. The client sees nothing of that.",
        .arrival: "`state` says that the answer is for this journey, `iss` that it is from this bank and no other.",
        .pasted:
            "A browser never sends what stands behind `#`; a script would read it there, and here the person does.",
        .redemption:
            "The code becomes tokens for the client that proves who it is and knows the verifier of the challenge.",
        .wrongVerifier: "Who has stolen the code has not stolen the verifier, and the challenge went with the request.",
        .wrongClient: "A code is for the client that asked for it, whoever else brings it.",
        .wrongRedirectURI: "The address must be that of the request, or a code that was lured elsewhere could be used.",
        .replay: "A code works once. A second use means that two have it, so what came of the first use ends as well.",
        .accounts: "The token opens what the person allowed, and nothing else.",
        .userInfo: "The claims that the person allowed, from the bank, for as long as the token counts.",
        .introspection: "The bank is asked what the token is worth now, which a token by itself cannot say.",
        .refresh:
            "New tokens without the person, for as long as the grant stands; the refresh token is replaced each time.",
        .replayRefresh:
            "A token that comes twice was stolen, and nobody knows by which of the two: all of the family ends.",
        .revocation:
            "The client gives back what it no longer needs; the answer is the same for a token that never was.",
        .consentDeleted: "The third party ends the consent itself, and every token that was issued on it ends at once.",
    ]
}

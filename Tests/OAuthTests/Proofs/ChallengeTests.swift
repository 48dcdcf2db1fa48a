import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct ChallengeTests {
    func challenge(_ text: WireText?, method: WireText? = "S256") throws(Refusal) -> Challenge {
        var form = FormFields()
        if let text { form.append("code_challenge", text) }
        if let method { form.append("code_challenge_method", method) }
        return try Challenge(AuthorizationFields(form))
    }

    @Test
    func `the verifier of RFC 7636 appendix B fits its challenge`() throws {
        let challenge = try challenge(Challenge.sampleText)
        try challenge.verify(CodeRecord.sampleVerifier)
        #expect(challenge == .sample)
        #expect(Challenge(bytes: challenge.bytes) == challenge)
    }

    @Test(arguments: [43, 44, 100, 128])
    func `a verifier of any length that is allowed fits its challenge`(length: Int) throws {
        let verifier = WireText(String(String(repeating: "aZ09-._~", count: 16).prefix(length)))
        let challenge = try challenge(WireText(Base64URL.encode(Digest.sha256(verifier))))
        try challenge.verify(verifier)
    }

    @Test(
        arguments: [
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c\u{4D}\u{301}",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c\u{FF2D}", " 9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM ", "x",
        ] as [WireText]
    )
    func `AZ-48 a challenge that is no SHA-256 is refused`(text: WireText) {
        #expect(throws: Refusal.challengeMalformed) { try challenge(text) }
    }

    @Test
    func `AZ-48 challenges beside the bounds are refused, whatever their letters`() {
        for count in [0, 1, 42, 44, 128, 10_000] {
            let text = WireText(String(repeating: "A", count: count))
            #expect(throws: count == 0 ? Refusal.challengeMissing : .challengeMalformed) { try challenge(text) }
        }
    }

    @Test(arguments: [nil, "", "plain", "s256", "S512", "S256,plain"] as [WireText?])
    func `AZ-47 no other method is read, however good the challenge`(method: WireText?) {
        #expect(throws: Refusal.challengeMethodUnsupported) { try challenge(Challenge.sampleText, method: method) }
    }

    @Test(arguments: wrongVerifiers)
    func `AZ-50 a verifier that does not fit is an invalid grant`(verifier: WireText) {
        let refusal = #expect(throws: Refusal.self) { try Challenge.sample.verify(verifier) }
        #expect(refusal?.code == "invalid_grant")
    }

    static let wrongVerifiers: [WireText] = [
        "", "x", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXj", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXkk", "DBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk=", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk ",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\u{0}", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\n",
        Challenge.sampleText, WireText(String(repeating: "a", count: 43)), WireText(String(repeating: "a", count: 128)),
        WireText(String(repeating: "a", count: 129)), WireText(String(repeating: "a", count: 60_000)),
        WireText(String(repeating: "\u{E9}", count: 43)),
    ]

    @Test(
        arguments: [
            "", "a", WireText(String(repeating: "a", count: 42)), WireText(String(repeating: "a", count: 129)),
            WireText(String(repeating: "a", count: 42) + "+"), WireText(String(repeating: "a", count: 42) + "="),
            WireText(String(repeating: "a", count: 42) + " "), WireText(String(repeating: "\u{E9}", count: 43)),
        ] as [WireText]
    )
    func `AZ-50 a verifier that RFC 7636 does not allow is refused even where its hash fits`(verifier: WireText) throws
    {
        let challenge = try challenge(WireText(Base64URL.encode(Digest.sha256(verifier))))
        #expect(throws: Refusal.verifierDiffers) { try challenge.verify(verifier) }
    }

    @Test
    func `AZ-47 a challenge is not its own verifier`() throws {
        // What `plain` would take.
        let verifier = WireText(String(repeating: "a", count: 43))
        let plain = try challenge(verifier.withCanonicalEnd)
        #expect(throws: Refusal.verifierDiffers) { try plain.verify(verifier.withCanonicalEnd) }
    }

    @Test(arguments: [0, 31, 33])
    func `bytes of another length are no challenge`(count: Int) {
        #expect(Challenge(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }
}

extension WireText {
    /// The text with `A` at its end, so that 43 letters are Base64URL of 32 bytes.
    fileprivate var withCanonicalEnd: WireText { WireText(String(string.dropLast()) + "A") }
}

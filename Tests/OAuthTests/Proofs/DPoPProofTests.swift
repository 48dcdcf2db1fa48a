import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct DPoPProofTests {
    static let sample = SampleProof()
    static let target = DPoPProof.Target(
        method: "POST",
        urls: ["https://bank.example/token", "https://mtls.bank.example:8443/token"],
        accessToken: nil
    )

    private func read(
        _ changes: [WireText: JSON?] = [:],
        header: [WireText: JSON?] = [:],
        for target: DPoPProof.Target = target,
        nonces: ProofNonces? = nil,
        at now: Timestamp = .noon
    ) throws(Refusal) -> DPoPProof {
        try DPoPProof(Self.sample.text(changing: changes, header: header), for: target, nonces: nonces, at: now)
    }

    @Test(arguments: [Algorithm.es256, .ps256, .edDSA])
    func `a proof names the key that signed it, and is spent by key and name`(algorithm: Algorithm) throws {
        let sample = SampleProof(algorithm)
        let proof = try DPoPProof(sample.text(), for: Self.target, nonces: nil, at: .noon)
        #expect(proof.key == sample.thumbprint)
        #expect(
            proof.spending
                == .spendProof(
                    sample.thumbprint,
                    Fingerprint(of: "proof-1"),
                    expires: .noon + Limits.proofSeconds + 1
                )
        )
    }

    @Test(
        arguments: [
            // The type, the algorithm and the key.
            ["typ": nil], ["typ": "JWT"], ["typ": "at+jwt"], ["typ": 1], ["alg": "none"], ["alg": "HS256"],
            ["alg": "RS256"], ["alg": "ES512"], ["alg": nil], ["jwk": nil], ["jwk": "x"], ["jwk": ["kty": "EC"]],
            ["jwk": ["kty": "oct", "k": "AAAA"]], ["crit": ["x"]],
        ] as [[WireText: JSON?]]
    )
    func `TK-52 a header with one thing wrong is refused`(header: [WireText: JSON?]) {
        #expect(throws: Refusal.proofInvalid) { try read(header: header) }
    }

    @Test func `TK-52 a key that is private, somebody else's, weak or off its curve is refused`() throws {
        let own = try #require(JWK(Self.sample.key.publicKey, keyID: nil).json.members)
        let wrong: [JSON] = [
            .object(own + [.init("d", "AAAA")]), .object(own + [.init("use", "enc")]),
            JWK(SampleProof().key.publicKey, keyID: nil).json,
            .object(own.map { $0.name == "y" ? .init("y", own.first { $0.name == "x" }?.value ?? "") : $0 }),
        ]
        for jwk in wrong { #expect(throws: Refusal.proofInvalid) { try read(header: ["jwk": jwk]) } }
        // Another member in header or claims is nobody's business, a name of the key included.
        #expect(throws: Never.self) { try read(["x": "y"], header: ["kid": "any", "x5c": [], "x": 1]) }
    }

    @Test(
        arguments: [
            ["htm": nil], ["htm": "post"], ["htm": "GET"], ["htm": "POST "], ["htm": 1], ["jti": nil], ["jti": ""],
            ["jti": 1], ["jti": .text(WireText(String(repeating: "j", count: Limits.assertionIdentifierBytes + 1)))],
            ["iat": nil], ["iat": "1772452800"], ["iat": 1_772_452_800_000], ["iat": .number(1_772_452_800.5)],
            ["iat": -1], ["htu": nil], ["htu": 1], ["htu": ""],
        ] as [[WireText: JSON?]]
    )
    func `TK-52 claims with one thing wrong are refused`(changes: [WireText: JSON?]) {
        #expect(throws: Refusal.proofInvalid) { try read(changes) }
    }

    @Test(
        arguments: [
            ("https://bank.example/token", true), ("HTTPS://BANK.example/token", true),
            ("https://bank.example:443/token", true), ("https://bank.example:/token", true),
            ("https://bank.example/token?x=y", true), ("https://bank.example/token#f", true),
            ("https://bank.example/%74oken", true), ("https://mtls.bank.example:8443/token", true),
            ("https://bank.example/token/", false), ("https://bank.example/TOKEN", false),
            ("https://bank.example/other", false), ("https://bank.example/", false), ("https://bank.example", false),
            ("https://evil.example/token", false), ("https://bank.example.evil.example/token", false),
            ("https://bank.example:8443/token", false), ("http://bank.example/token", false),
            ("https://user@bank.example/token", false), ("//bank.example/token", false), ("/token", false),
            ("https://bank.example//token", false), ("https://bank.example/x/../token", false),
            ("https://bank.example/t%2Foken", false), ("https://mtls.bank.example/token", false),
        ] as [(WireText, Bool)]
    )
    func `TK-52 a URL is compared without query and fragment, by what RFC 3986 calls the same`(
        url: WireText,
        isOurs: Bool
    ) {
        let read = Result { () throws(Refusal) in try self.read(["htu": .text(url)]) }
        #expect(((try? read.get()) != nil) == isOurs)
        if !isOurs { #expect(throws: Refusal.proofInvalid) { try read.get() } }
    }

    @Test func `TK-52 escapes are one spelling of what they stand for, and addresses keep theirs`() {
        #expect(ProofURL("https://a.example/%7euser/%2f") == ProofURL("https://a.example/~user/%2F"))
        #expect(ProofURL("https://a.example/a%2fb") != ProofURL("https://a.example/a/b"))
        #expect(ProofURL("https://[::1]/x") == ProofURL("https://[::1]:443/x"))
        #expect(ProofURL("https://[::1]/x") != ProofURL("https://[0:0:0:0:0:0:0:1]/x"))
        #expect(ProofURL("https://a.example") == ProofURL("https://a.example/"))
        #expect(ProofURL("ftp://a.example/") == nil)
    }

    @Test(arguments: [(-60, true), (-10, true), (8, true), (10, true), (-61, false), (11, false), (61, false)])
    func `TK-52 a proof is of this minute, whoever's clock is ten seconds off`(seconds: Int, isTaken: Bool) {
        let issued = Timestamp.noon + seconds
        #expect(((try? read(["iat": .integer(issued.seconds)])) != nil) == isTaken)
        // check-dpop-proof-nbf-exp: what it need not say must be true all the same.
        let also: [WireText: JSON?] = [
            "nbf": .integer(Timestamp.noon.seconds), "exp": .integer(Timestamp.noon.seconds + 300),
        ]
        #expect(throws: Never.self) { try read(also) }
        #expect(throws: Refusal.proofInvalid) { try read(["exp": .integer(Timestamp.noon.seconds - 10)]) }
        #expect(throws: Refusal.proofInvalid) { try read(["nbf": .integer(Timestamp.noon.seconds + 11)]) }
    }

    @Test(arguments: [-60, -10, 0, 10])
    func `TK-53 a proof is remembered for longer than it can be taken`(seconds: Int) throws {
        let issued = Timestamp.noon + seconds
        let proof = try read(["iat": .integer(issued.seconds)])
        guard case .spendProof(_, _, let expires) = proof.spending else {
            Issue.record("It is spent in another way.")
            return
        }
        #expect(throws: Refusal.proofInvalid) { try read(["iat": .integer(issued.seconds)], at: expires) }
        // What is kept is swept with a day's margin on top.
        #expect(throws: Never.self) { try read(["iat": .integer(issued.seconds)], at: expires - 1) }
    }

    @Test func `TK-52 at a resource a proof is for the one token`() throws {
        let target = DPoPProof.Target(
            method: "GET",
            urls: ["https://bank.example/userinfo"],
            accessToken: "the.access.token"
        )
        let right: [WireText: JSON?] = [
            "htm": "GET", "htu": "https://bank.example/userinfo", "ath": SampleProof.hash(of: "the.access.token"),
        ]
        #expect(throws: Never.self) { try read(right, for: target) }
        for wrong in [nil, SampleProof.hash(of: "another"), "", "x", 1, "the.access.token"] as [JSON?] {
            #expect(throws: Refusal.proofInvalid) { try read(right.merging(["ath": wrong]) { $1 }, for: target) }
        }
    }

    @Test(
        arguments: ["", "x", "a.b", "a.b.c", "a.b.c.d.e", "eyJhbGciOiJub25lIn0.e30."] as [WireText]
    )
    func `TK-52 what is no token is no proof`(text: WireText) {
        #expect(throws: Refusal.proofInvalid) { try DPoPProof(text, for: Self.target, nonces: nil, at: .noon) }
    }

    @Test func `JO-04 a proof whose signature is not of its own key is refused`() {
        let text = Self.sample.text().string
        let parts = text.split(separator: ".").map(String.init)
        let other = SampleProof().text().string.split(separator: ".").map(String.init)
        let forged = WireText("\(parts[0]).\(parts[1]).\(other[2])")
        #expect(throws: Refusal.proofInvalid) { try DPoPProof(forged, for: Self.target, nonces: nil, at: .noon) }
    }

    @Test func `TK-54 where nonces are wanted a proof has one of ours, at most five minutes old`() throws {
        let nonces = ProofNonces(key: HMACKey([1, 2, 3]))
        let nonce = nonces.fresh(at: .noon)
        #expect(throws: Never.self) { try read(["nonce": .text(nonce)], nonces: nonces) }
        #expect(throws: Never.self) { try read(["nonce": .text(nonces.fresh(at: .noon - 240))], nonces: nonces) }
        // After a restart the key is the same, after a rotation it is not.
        #expect(ProofNonces(key: HMACKey([1, 2, 3])).accept(nonce, at: .noon))
        #expect(!ProofNonces(key: HMACKey([4])).accept(nonce, at: .noon))
        #expect(nonces.fresh(at: .noon) != nonces.fresh(at: .noon + 60))
        for wrong in [
            nil, "", 1, .text(nonces.fresh(at: .noon - 300)), .text(nonces.fresh(at: .noon + 60)),
            .text(ProofNonces(key: HMACKey([4])).fresh(at: .noon)), .text(WireText("\(nonce)A")),
        ] as [JSON?] {
            #expect(throws: Refusal.proofNonceNeeded) { try read(["nonce": wrong], nonces: nonces) }
        }
        // Where none are wanted, what a client still has from before does not matter.
        #expect(throws: Never.self) { try read(["nonce": "old"]) }
    }
}

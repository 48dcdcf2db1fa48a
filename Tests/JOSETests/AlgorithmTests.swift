import JOSE
import Testing
import Text

struct AlgorithmTests {
    @Test
    func `every algorithm is known by its name`() {
        for algorithm in Algorithm.allCases { #expect(Algorithm(algorithm.name) == algorithm) }
        for algorithm in KeyEncryption.allCases { #expect(KeyEncryption(algorithm.name) == algorithm) }
        for algorithm in ContentEncryption.allCases { #expect(ContentEncryption(algorithm.name) == algorithm) }
        #expect(Set(Algorithm.allCases.map(\.name)) == ["ES256", "PS256", "RS256", "EdDSA", "HS256"])
    }

    @Test(
        arguments: [
            "none", "None", "NONE", "nOnE", "none ", " none", "no\u{0}ne", "n\u{43E}ne", "non\u{435}", "\u{FF4E}one",
            "",
            "es256", "Es256", "ES256 ", "ES256\n", "ES256K", "ES384", "ES512", "HS384", "HS512", "RS1", "RS384",
            "EDDSA",
            "\u{415}S256", "E\u{455}256", "ES256\u{301}",
        ] as [WireText]
    )
    func `JO-03 names that are nearly right are the names of nothing`(name: WireText) {
        #expect(Algorithm(name) == nil)
    }

    @Test(
        arguments: ["RSA1_5", "RSA-OAEP-512", "dir", "A128KW", "ECDH-ES+A128KW", "PBES2-HS256+A128KW", "rsa-oaep"]
            as [WireText]
    )
    func `JO-15 weak ways to encrypt are not written`(name: WireText) {
        #expect(KeyEncryption(name) == nil)
        #expect(ContentEncryption(name) == nil)
    }
}

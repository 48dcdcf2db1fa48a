import Crypto
import Testing
import Text

struct AEADTests {
    /// Test cases 1, 4, 13 and 16 of the GCM specification by McGrew and Viega.
    @Test(
        arguments: [
            (
                String(repeating: "00", count: 16), String(repeating: "00", count: 12), "", "", "",
                "58e2fccefa7e3061367f1d57a4e7455a"
            ),
            (
                String(repeating: "00", count: 32), String(repeating: "00", count: 12), "", "", "",
                "530f8afbc74536b9a963b4f1c4cb738b"
            ),
            (
                "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", plaintext, additional,
                """
                42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
                21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091
                """, "5bc94fbc3221a5db94fae95ae7121a47"
            ),
            (
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                plaintext, additional,
                """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662
                """, "76fc6ece0f4e1768cddf8853bb2d551b"
            ),
        ] as [(String, String, String, String, String, String)]
    )
    func `AES-GCM gives what the standard's examples say`(
        key: String,
        nonce: String,
        plaintext: String,
        additional: String,
        ciphertext: String,
        tag: String
    ) throws {
        let sealed = try AEAD.seal(
            bytes(plaintext).span,
            key: Secret(copying: bytes(key).span),
            nonce: bytes(nonce),
            authenticating: bytes(additional).span
        )
        #expect(sealed.ciphertext == bytes(ciphertext))
        #expect(sealed.tag == bytes(tag))
    }

    static let plaintext = """
        d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
        1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
        """
    static let additional = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
}

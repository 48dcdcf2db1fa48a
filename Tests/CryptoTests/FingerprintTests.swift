import Crypto
import Testing
import Text

struct FingerprintTests {
    @Test
    func `a fingerprint is the SHA-256 and comes back from its bytes`() {
        let fingerprint = Fingerprint(of: "a bearer value")
        #expect(fingerprint.bytes == Digest.sha256("a bearer value"))
        #expect(Fingerprint(bytes: fingerprint.bytes) == fingerprint)
        #expect(fingerprint == Fingerprint(of: Array("a bearer value".utf8)))
    }

    @Test(arguments: 0..<32)
    func `one other bit makes another fingerprint`(index: Int) throws {
        let fingerprint = Fingerprint(of: "a bearer value")
        var bytes = fingerprint.bytes
        bytes[index] ^= 1
        let other = try #require(Fingerprint(bytes: bytes))
        #expect(other != fingerprint)
        #expect(other.bytes == bytes)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `other lengths are refused`(count: Int) {
        #expect(Fingerprint(bytes: [UInt8](repeating: 7, count: count)) == nil)
    }
}

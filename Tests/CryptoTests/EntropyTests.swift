import Crypto
import Testing
import Text

struct EntropyTests {
    @Test
    func `the system's bytes differ each time`() throws {
        let values = try (0..<1_000).map { _ in try Entropy.system.bytes(16) }
        #expect(Set(values).count == 1_000)
        #expect(values.allSatisfy { $0.count == 16 })
    }

    @Test
    func `a token is 43 letters that carry 256 bits`() throws {
        let counted = Entropy { count throws(EntropyFailure) in (0..<count).map { UInt8($0) } }
        #expect(try counted.token() == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
        let token = try Entropy.system.token()
        #expect(token.byteCount == 43)
        #expect(Base64URL.decode(token)?.count == 32)
    }

    @Test
    func `an identifier says that it is random`() throws {
        let ones = Entropy { count throws(EntropyFailure) in [UInt8](repeating: 0xFF, count: count) }
        #expect(try ones.uuid().text == "ffffffff-ffff-4fff-bfff-ffffffffffff")
    }

    @Test
    func `a source that fails gives no token`() {
        let broken = Entropy { _ throws(EntropyFailure) in throw EntropyFailure(reason: OpenSSLFailure()) }
        #expect(throws: EntropyFailure.self) { try broken.token() }
        #expect(throws: EntropyFailure.self) { try broken.uuid() }
    }
}

import Crypto
import Testing
import Text

struct EntropyTests {
    @Test
    func `SE-07 the system's bytes differ each time, on every thread`() async throws {
        let count = 50_000
        let values = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
            for _ in 0..<4 { group.addTask { try (0..<count).map { _ in try Entropy.system.bytes(16) } } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(values).count == 4 * count)
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

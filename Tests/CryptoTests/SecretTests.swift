import Crypto
import Testing

struct SecretTests {
    @Test
    func `a secret lends the bytes it was made of`() {
        let secret = Secret(copying: [1, 2, 3].span)
        #expect(secret.byteCount == 3)
        #expect(secret.withBytes { bytes in bytes.indices.map { bytes[$0] } } == [1, 2, 3])
        #expect(Secret(copying: [UInt8]().span).withBytes { $0.isEmpty })
    }
}

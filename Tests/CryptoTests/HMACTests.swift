import Crypto
import Testing
import Text

struct HMACTests {
    /// RFC 4231 §4.2, §4.3 and §4.7 (a key longer than a block).
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        ] as [([UInt8], String, String)]
    )
    func `HMAC-SHA-256 gives what the standard's examples say`(key: [UInt8], message: String, code: String) {
        #expect(Hex.encode(HMAC.sha256(key: key, message: Array(message.utf8))) == code)
        #expect(Hex.encode(HMACKey(key).sha256(WireText(message))) == code)
    }

    @Test
    func `a key can be used from many threads at once`() async {
        let key = HMACKey(Array("Jefe".utf8))
        let codes = await withTaskGroup { group in
            for _ in 0..<64 {
                group.addTask { (0..<50).map { _ in key.sha256("what do ya want for nothing?") } }
            }
            return await group.reduce(into: Set<[UInt8]>()) { $0.formUnion($1) }
        }
        #expect(codes.map(Hex.encode) == ["5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"])
    }
}

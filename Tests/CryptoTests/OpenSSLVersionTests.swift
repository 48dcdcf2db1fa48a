import Crypto
import Testing

struct OpenSSLVersionTests {
    @Test
    func `SC-03 an OpenSSL that is too old is known as such`() {
        #expect(OpenSSLVersion.isSupported)
        #expect(OpenSSLVersion.text.hasPrefix("3."))
        let old = [(1, 1, 1), (2, 9, 9), (3, 0, 0), (3, 0, 1)]
        #expect(!old.contains { OpenSSLVersion.isSupported(major: $0.0, minor: $0.1, patch: $0.2) })
        let new = [(3, 0, 2), (3, 0, 19), (3, 1, 0), (4, 0, 0)]
        #expect(new.allSatisfy { OpenSSLVersion.isSupported(major: $0.0, minor: $0.1, patch: $0.2) })
    }
}

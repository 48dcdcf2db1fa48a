import Net
import Testing
import Text

struct AddressTests {
    @Test(arguments: [
        "127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:8443", "[::]:1", "[2001:db8::1]:443",
        "/run/assent.sock",
    ])
    func `an address is written as it was read`(text: String) throws {
        #expect(try #require(Address(WireText(text))).description == text)
    }

    @Test(arguments: [
        "", ":", "127.0.0.1", "127.0.0.1:", ":8080", "localhost:8080", "127.0.0.1:65536", "127.0.0.1:+80",
        "127.0.0.1: 80", "127.0.0.1:808080", "127.0.0.1:-1", "127.0.0.01:80", "127.1:80", "0x7f.0.0.1:80",
        "256.0.0.1:80", "::1:8443", "[::1]", "[::1]8443", "[]:80", "[::1:80", "[127.0.0.1]:80", "[::1%lo]:80",
        "127.0.0.1:٨٠", "127.0.0.1:80\0", "run/assent.sock", "/nul\0", "/" + String(repeating: "a", count: 107),
    ])
    func `what leaves a doubt is no address`(text: String) {
        #expect(Address(WireText(text)) == nil)
    }

    @Test func `the host stands alone, for logs and rate limits`() throws {
        #expect(try #require(Address("[2001:DB8:0:0::1]:443")).host == "2001:db8::1")
        #expect(try #require(Address("10.0.0.1:443")).host == "10.0.0.1")
    }
}

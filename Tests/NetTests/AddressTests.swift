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

    @Test func `a network is an IPv4 address or the first half of an IPv6 address, whatever the port`() throws {
        func network(_ text: WireText) throws -> UInt64? { try #require(Address(text)).network }
        #expect(try network("192.0.2.1:1") == 0xC000_0201)
        #expect(try network("192.0.2.1:2") == 0xC000_0201)
        #expect(try network("192.0.2.2:1") == 0xC000_0202)
        #expect(try network("[2001:db8:0:1::1]:1") == 0x2001_0DB8_0000_0001)
        #expect(try network("[2001:db8:0:1:ffff:ffff:ffff:ffff]:1") == 0x2001_0DB8_0000_0001)
        #expect(try network("[2001:db8:0:2::1]:1") == 0x2001_0DB8_0000_0002)
        // A socket for both kinds spells those of the older kind so; they would all be one network.
        #expect(try network("[::ffff:192.0.2.1]:1") == 0xC000_0201)
    }

    @Test(arguments: ["127.0.0.1:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "/run/assent.sock"] as [WireText])
    func `this machine is no network, because behind it stands whoever uses a proxy`(text: WireText) throws {
        #expect(try #require(Address(text)).network == nil)
    }
}

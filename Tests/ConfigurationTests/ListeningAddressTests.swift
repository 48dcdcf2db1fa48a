import Configuration
import Testing
import Text

struct ListeningAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:8080", true), ("127.1.2.3:1", true), ("[::1]:65535", true), ("/run/assent.sock", true),
            ("0.0.0.0:443", false), ("10.0.0.1:8443", false), ("[::]:443", false), ("[2001:db8::1]:443", false),
            ("128.0.0.1:80", false), ("[::ffff:127.0.0.1]:80", false),
        ] as [(WireText, Bool)]
    )
    func `addresses are read, and those of this machine are known`(text: WireText, isOfThisMachine: Bool) {
        let address = ListeningAddress(text)
        #expect(address?.text == text)
        #expect(address?.isOfThisMachine == isOfThisMachine)
    }

    @Test(
        arguments: [
            "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:08080", "127.0.0.1:65536",
            "127.0.0.1:+80", "127.0.0.1:99999999999999999999", "127.1:80", "0x7f.0.0.1:80", "localhost:8080",
            "bank.example:443", "::1:80", "[::1]", "[::1%eth0]:80", "http://127.0.0.1:80", "127.0.0.1:80/",
            "127.0.0.1:80?a", "a@127.0.0.1:80", " 127.0.0.1:80", "127.0.0.1:80 ", "run/assent.sock", "256.0.0.1:80",
            "/" + String(repeating: "a", count: 107), "/a\0b", "1:80", "127.0.0.1.:80",
        ]
    )
    func `names, and what could be read in two ways, are refused`(text: String) {
        #expect(ListeningAddress(WireText(text)) == nil)
    }
}

import FuzzedHTTP
import HTTP
import Testing
import Text

/// A hundred thousand heads with something wrong in them, the same ones every time.
struct RandomHeadTests {
    static let heads = [
        "GET /authorize?response_type=code&state=%20 HTTP/1.1\r\nHost: as.example:8443\r\nAccept: */*\r\n\r\n",
        "POST /token HTTP/1.1\r\nHost: h\r\nAuthorization: Basic YTpi\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /t HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nX: \u{E9}\r\n\r\n3;a=\"b\"\r\nabc\r\n0\r\nT: u\r\n\r\n",
        "GET http://h/%41;x HTTP/1.0\r\nHost: h\r\nExpect: 100-continue\r\nCookie: a=b; c=d\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:443\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
    ].map { Array($0.utf8) }

    /// What has ended other servers, put in anywhere.
    static let pieces = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", "\0", "%", "%00", "Content-Length: 1\r\n", "+5", "-0", "0x",
        "Transfer-Encoding: chunked\r\n", "chunked", ", ", ";", "\u{212A}", "\u{301}", "HTTP/1.1", "HTTP/2.0",
        "Host: x\r\n",
        "99999999999999999999", "ffffffffffffffff", "0\r\n\r\n", "\u{FEFF}", "//", "?", "#", "@", "[", "]",
    ].map { Array($0.utf8) }

    @Test(arguments: 0..<20)
    func `HT-04 SW-07 what is accepted means the same when it is written again, and nothing traps`(seed: Int) {
        var random = SplitMix(seed: UInt64(seed))
        var accepted = 0
        for _ in 0..<5_000 {
            let bytes = mutated(&random)
            let conversation = Conversation([bytes])
            guard let exchange = conversation.exchanges.first else { continue }
            accepted += 1

            let again = Conversation([exchange.written])
            #expect(again.refusal == nil)
            #expect(again.exchanges.count == 1)
            guard let second = again.exchanges.first else { continue }
            #expect(second == exchange, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")

            let cut = Int(random.next() % UInt64(bytes.count))
            #expect(Conversation([Array(bytes[..<cut]), Array(bytes[cut...])]) == conversation)
            _ = try? Authorization.read(exchange.fields)
            _ = Cookie.read("c", from: exchange.fields)
            _ = Accept(exchange.fields).preferred(of: ["text/html"])
        }
        // Neither all nor none: the mutations reach behind the first line, and do damage.
        #expect((500..<4_500).contains(accepted))
    }

    /// One to three changes anywhere in one of the heads.
    private func mutated(_ random: inout SplitMix) -> [UInt8] {
        var bytes = random.element(of: Self.heads)
        for _ in 0...random.below(2) {
            let at = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.insert(contentsOf: random.element(of: Self.pieces), at: at)
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(bytes[at], at: at)
            case 4:
                let end = min(bytes.count, at + random.below(12))
                bytes.removeSubrange(at..<end)
            default:
                let end = min(bytes.count, at + random.below(30))
                bytes.insert(contentsOf: bytes[at..<end], at: random.below(bytes.count))
            }
            if bytes.isEmpty { bytes = Self.heads[0] }
        }
        return bytes
    }
}

/// SplitMix64: small, and the same everywhere.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func element<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}

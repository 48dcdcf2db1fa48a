import Surfaces
import TestSupport
import Testing
import Text

struct RequestNameTests {
    private static let consents: [WireText] = [
        "00000000-0000-4000-8000-000000000000", "93bac548-d2de-4546-b106-880a5018460d",
        "ffffffff-ffff-4fff-bfff-ffffffffffff",
    ]

    @Test(arguments: consents)
    func `a name has the shape of the contract's example, and leads back`(consent: WireText) throws {
        let name = try #require(RequestName(of: .init(consent)))
        #expect(name.text.string.wholeMatch(of: /rq:[1-9A-HJ-NP-Za-km-z]{22}:[1-9A-HJ-NP-Za-km-z]{8}/) != nil)
        #expect(RequestName(name.text)?.consent.text == consent)
    }

    @Test
    func `every consent has one name, and every name one consent`() throws {
        var random = SeededGenerator(seed: 58)
        var names: Set<WireText> = []
        for _ in 0..<2_000 {
            let consent = UUID(random: (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }).text
            let name = try #require(RequestName(of: .init(consent)))
            #expect(RequestName(name.text)?.consent.text == consent)
            #expect(names.insert(name.text).inserted)
        }
    }

    @Test(arguments: consents)
    func `SD-02 a name with one letter changed is no name`(consent: WireText) throws {
        let text = try #require(RequestName(of: .init(consent))).text
        for index in text.bytes.indices {
            for letter in [UInt8(ascii: "1"), UInt8(ascii: "z"), UInt8(ascii: "0"), UInt8(ascii: ":"), 0xC3] {
                var bytes = text.bytes
                guard bytes[index] != letter else { continue }
                bytes[index] = letter
                #expect(WireText(bytes).flatMap { RequestName($0) } == nil, "\(index) \(letter)")
            }
        }
    }

    @Test
    func `what is not exactly a name is none`() throws {
        let text = try #require(RequestName(of: "93bac548-d2de-4546-b106-880a5018460d")).text
        for other in [
            "", "rq:", "rq::", "rq:1:1", "\(text)1", "\(text):", " \(text)", "RQ:\(text.string.dropFirst(3))",
        ] {
            #expect(RequestName(WireText(other)) == nil)
        }
        #expect(RequestName(WireText("rq:\(String(repeating: "z", count: 22)):11111111")) == nil)
    }

    @Test(
        arguments: [
            "consent-1", "", "93BAC548-d2de-4546-b106-880a5018460d", "93bac548-d2de-1546-b106-880a5018460d",
            "93bac548d2de4546b106880a5018460d",
        ]
    )
    func `an identifier that we never give has no name`(consent: String) {
        #expect(RequestName(of: .init(WireText(consent))) == nil)
    }
}

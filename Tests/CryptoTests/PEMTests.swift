import Crypto
import Testing
import Text

struct PEMTests {
    let block = PEM.Block(label: "THING", bytes: (0..<100).map { UInt8($0) })

    @Test(arguments: [1, 47, 48, 49, 96, 1_000])
    func `what is written can be read again`(count: Int) {
        let block = PEM.Block(label: "THING", bytes: [UInt8](repeating: 0xA5, count: count))
        let text = PEM.write(block)
        #expect(text.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
        #expect(PEM.read(WireText(text)).blocks == [block])
        #expect(PEM.read(WireText(text.replacing("\n", with: "\r\n"))).blocks == [block])
    }

    @Test
    func `several blocks and words between them are read`() {
        let text = "Bag Attributes\n" + PEM.write(block) + "issuer\n" + PEM.write(block)
        #expect(PEM.read(WireText(text)).blocks == [block, block])
        #expect(PEM.read(WireText(text)).only == nil)
    }

    @Test(
        arguments: [
            "", "-----BEGIN THING-----", "-----BEGIN THING-----\nQUJD\n",
            "-----BEGIN THING-----\n-----END THING-----\n",
            "-----BEGIN THING-----\nQUJD\n-----END OTHER-----\n", "-----BEGIN THING-----\nQU D\n-----END THING-----\n",
            "-----BEGIN THING-----\nQUJ=\n-----END THING-----\n", "-----BEGIN THING----\nQUJD\n-----END THING----\n",
            "-----BEGIN THING-----\nQUJD\n-----END THING-----\n-----BEGIN THING-----\n",
            "-----BEGIN THING-----\nProc-Type: 4,ENCRYPTED\n\nQUJD\n-----END THING-----\n",
        ] as [WireText]
    )
    func `broken blocks are no blocks`(text: WireText) {
        #expect(PEM.read(text).blocks.isEmpty)
    }
}

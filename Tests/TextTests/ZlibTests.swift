import Testing
import Text

struct ZlibTests {
    // What zlib itself reads back as these bytes.
    @Test(arguments: [
        ([], "7801030000000001"),
        (Array("Wikipedia".utf8), "78010bcfccce2c484dc94c040011e60398"),
        ([200, 200, 200, 200, 143, 144, 255], "78013b0104fd13fe03001503053f"),
    ])
    func `bytes are written in the fixed code, runs as runs, and summed as RFC 1950 has it`(
        bytes: [UInt8],
        packed: String
    ) {
        #expect(Hex.encode(Zlib.pack(bytes)) == packed)
    }

    @Test func `a list that is empty is packed into less than a hundredth`() {
        let packed = Zlib.pack([UInt8](repeating: 0, count: 131_072))
        #expect(packed.count == 836)
        #expect(Hex.encode(Array(packed.prefix(20))) == "7801631805a360148c8251300a46c1281805a360")
        #expect(Hex.encode(Array(packed.suffix(8))) == "02280000001e0001")
    }
}

import Testing
import Text

struct SpanSearchTests {
    @Test
    func `a byte is found where it stands first, at every place and in every range`() {
        for length in [0, 1, 31, 32, 33, 63, 64, 65, 100] {
            for place in 0..<length {
                var bytes = [UInt8](repeating: 0x61, count: length)
                bytes[place] = 0x26
                bytes[length - 1] = 0x26
                #expect(bytes.span.firstIndex(of: 0x26, in: 0..<length) == place)
                #expect(bytes.span.firstIndex(of: 0x26, in: 0..<place) == nil)
                #expect(
                    bytes.span.firstIndex(of: 0x26, in: place + 1..<length) == (place + 1 < length ? length - 1 : nil)
                )
            }
        }
    }

    @Test
    func `a mark tells every byte from every other`() {
        for byte in UInt8.min...UInt8.max {
            for other in UInt8.min...UInt8.max {
                #expect(byte.mark(ofSame: other) == (byte == other ? 0x80 : 0))
            }
            #expect(byte.markOfControl == (byte < 0x20 ? 0x80 : 0))
        }
    }
}

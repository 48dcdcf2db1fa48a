import Testing
import Text

struct TimestampTests {
    @Test func `seconds are added and taken away`() {
        #expect(Timestamp(100) + 60 == Timestamp(160))
        #expect(Timestamp(100) + -60 == Timestamp(40))
        #expect(Timestamp(100) - 160 == Timestamp(-60))
        #expect(Timestamp(100) - -1 == Timestamp(101))
        #expect(Timestamp(160).since(Timestamp(100)) == 60)
        #expect(Timestamp(100).since(Timestamp(160)) == -60)
        #expect(Timestamp(1) < Timestamp(2))
    }

    @Test func `SW-07 arithmetic stops at the ends of the range`() {
        #expect(Timestamp(.max) + 1 == Timestamp(.max))
        #expect(Timestamp(.max) + .max == Timestamp(.max))
        #expect(Timestamp(.min) + -1 == Timestamp(.min))
        #expect(Timestamp(.min) - 1 == Timestamp(.min))
        #expect(Timestamp(.max) - -1 == Timestamp(.max))
        #expect(Timestamp(0) - .min == Timestamp(.max))
        #expect(Timestamp(.max).since(Timestamp(.min)) == .max)
        #expect(Timestamp(.min).since(Timestamp(.max)) == .min)
        #expect(Timestamp(.max) + .min == Timestamp(-1))
    }
}

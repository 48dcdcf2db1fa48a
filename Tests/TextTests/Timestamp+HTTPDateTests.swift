import Testing
import Text

struct TimestampHTTPDateTests {
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_251_600, "Sat, 21 Nov 2026 09:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] as [(Int64, String)]
    )
    func `a moment is spelled as headers want it`(seconds: Int64, spelled: String) {
        #expect(Timestamp(seconds).httpDate == spelled)
    }

    @Test func `the days of a week follow each other`() {
        let names = (0..<14).map { Timestamp($0 * 86_400).httpDate.prefix(3) }
        #expect(names.prefix(7) == ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"])
        #expect(names.prefix(7) == names.suffix(7))
    }

    @Test func `moments beyond the calendar are spelled as its ends`() {
        for seconds in [.min, .min + 1, -62_167_219_201] as [Int64] {
            #expect(Timestamp(seconds).httpDate == "Sat, 01 Jan 0000 00:00:00 GMT")
        }
        for seconds in [.max, 253_402_300_800, 1 << 53] as [Int64] {
            #expect(Timestamp(seconds).httpDate == "Fri, 31 Dec 9999 23:59:59 GMT")
        }
    }
}

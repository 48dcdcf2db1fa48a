import Foundation
import Testing
import Text

struct TimestampRFC3339Tests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2017-05-02T00:00:00+00:00", 1_493_683_200),
            ("2017-05-02T00:00:00-00:00", 1_493_683_200),
            ("2017-05-02T01:30:00+01:30", 1_493_683_200),
            ("2017-05-01T19:00:00-05:00", 1_493_683_200),
            ("2017-05-02t00:00:00z", 1_493_683_200),
            ("2017-05-02T00:00:00.000Z", 1_493_683_200),
            ("2017-05-02T00:00:00.999999999+00:00", 1_493_683_200),
            ("2020-02-29T12:34:56Z", 1_582_979_696),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("9999-12-31T23:59:59-23:59", 253_402_387_139),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("0000-01-01T00:00:00+23:59", -62_167_305_540),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
        ] as [(String, Int64)]
    )
    func `a date and time is a count of seconds`(text: String, seconds: Int64) {
        #expect(Timestamp(rfc3339: WireText(text)) == Timestamp(seconds))
    }

    @Test(
        arguments: [
            // Days that do not exist.
            "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-06-31T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
            // Times that do not exist, or not everywhere.
            "2026-01-01T24:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
            "2016-12-31T23:59:60Z", "2026-01-01T00:00:61Z",
            // Zones: out of range, missing, or not spelled out.
            "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00-24:00", "2026-01-01T00:00:00+00:60",
            "2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00+0000",
            "2026-01-01T00:00:00+00", "2026-01-01T00:00:00+0:00", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z+00:00",
            "2026-01-01T00:00:00 +00:00", "2026-01-01T00:00:00GMT", "2026-01-01T00:00:00\u{2212}05:00",
            "2026-01-01T00:00:00++1:00", "2026-01-01T00:00:00+-1:00", "2026-01-01T00:00:00+01:+1",
            // Years of another length.
            "10000-01-01T00:00:00Z", "999-01-01T00:00:00Z", "+2026-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
            "26-01-01T00:00:00Z", "+026-01-01T00:00:00Z",
            // Other forms of ISO 8601.
            "20260101T000000Z", "2026-01-01", "2026-W01-1T00:00:00Z", "2026-001T00:00:00Z", "2026-01-01T00:00Z",
            "2026-01-01T00Z", "2026-01-01 00:00:00Z", "2026/01/01T00:00:00Z", "2026-1-1T00:00:00Z",
            "2026-01-01T0:00:00Z", "2026-01-01T00:00:00,5Z",
            // Fractions.
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.+00:00", "2026-01-01T00:00:00.5.5Z",
            "2026-01-01T00:00:00.-5Z", "2026-01-01T00:00.5:00Z",
            // Signs, blanks and other digits in the place of digits.
            "2026-01-01T+1:00:00Z", "2026- 1-01T00:00:00Z", "2026-01-01T00:00:-1Z", "\u{662}026-01-01T00:00:00Z",
            "2026-01-01T00:00:0\u{660}Z", "\u{FF12}026-01-01T00:00:00Z", " 2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00Z ", "2026-01-01T00:00:00Z\n", "2026-01-01T00:00:00Z\0",
            // No date at all.
            "", "T", "Z", "now", "1493683200", "2026-01-01T00:00:0Z", "--------------------",
        ]
    )
    func `SW-14 SD-06 what is no moment is refused`(text: String) {
        #expect(Timestamp(rfc3339: WireText(text)) == nil)
    }

    @Test func `SD-06 a thousand digits of a fraction are refused, some are dropped`() {
        func moment(digits: Int) -> Timestamp? {
            Timestamp(rfc3339: WireText("2026-01-01T00:00:00." + String(repeating: "9", count: digits) + "Z"))
        }
        #expect(moment(digits: 9) == Timestamp(1_767_225_600))
        #expect(moment(digits: 43) == Timestamp(1_767_225_600))
        #expect(moment(digits: 44) == nil)
        #expect(moment(digits: 1_000) == nil)
    }

    @Test func `SW-14 every day of four centuries is counted as Foundation counts it`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var moment = Timestamp(-11_676_096_000)  // 1600-01-01
        for _ in 0...146_097 {
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(moment.seconds))
            )
            let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
            let text = moment.rfc3339
            guard text.prefix(10) == "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))",
                Timestamp(rfc3339: WireText(text)) == moment
            else {
                Issue.record("\(moment.seconds) is spelled \(text)")
                return
            }
            moment = moment + 86_400
        }
    }

    @Test func `a day has the days of its month and no more`() {
        var days = 0
        for month in 0...13 {
            for day in 0...32 {
                let text = "2024-\(pad(month, 2))-\(pad(day, 2))T00:00:00Z"
                if Timestamp(rfc3339: WireText(text)) != nil { days += 1 }
            }
        }
        #expect(days == 366)
    }

    @Test func `what is spelled can be read again, to the second`() {
        for seconds in stride(from: Int64(-62_167_219_200), through: 253_402_300_799, by: 99_999_937) {
            let moment = Timestamp(seconds)
            #expect(Timestamp(rfc3339: WireText(moment.rfc3339)) == moment)
        }
        #expect(Timestamp(253_402_300_799).rfc3339 == "9999-12-31T23:59:59Z")
        #expect(Timestamp(-1).rfc3339 == "1969-12-31T23:59:59Z")
    }

    @Test(arguments: [.min, .min + 1, -62_167_219_201, 253_402_300_800, 1 << 53, .max - 1, .max] as [Int64])
    func `SD-06 moments beyond the calendar are spelled as its ends`(seconds: Int64) {
        let end = seconds < 0 ? "0000-01-01T00:00:00Z" : "9999-12-31T23:59:59Z"
        #expect(Timestamp(seconds).rfc3339 == end)
    }

    private func pad(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
}

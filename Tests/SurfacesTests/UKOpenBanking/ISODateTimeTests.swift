import Surfaces
import TestSupport
import Testing
import Text

struct ISODateTimeTests {
    @Test(
        arguments: [
            "2026-03-02T12:00:00Z", "2026-03-02T12:00:00z", "2026-03-02t12:00:00Z", "2026-03-02T12:00:00",
            "2026-03-02T12:00", "2026-03-02T12:00Z", "2026-03-02T12:00:00.0Z", "2026-03-02T12:00:00.999999999Z",
            "2026-03-02T12:00:00,5", "2026-03-02T12:00:00+00:00", "2026-03-02T12:00:00-00:00",
            "2026-03-02T17:30:00+05:30", "2026-03-02T17:30:00+0530", "2026-03-02T14:00:00+02",
            "2026-03-02T04:00:00-08:00", "2026-03-03T11:59:00+23:59", "20260302T120000Z", "20260302T1200Z",
            "20260302T1200", "20260302T120000.5+0000", "20260302T140000+02:00",
        ]
    )
    func `SD-06 the permissible variations of ISO 8601 all mean the same moment`(text: String) {
        #expect(ISODateTime.read(WireText(text)) == .noon)
    }

    @Test(
        arguments: [
            "", "T", "2026", "2026-03-02", "2026-03-02T", "2026-03-02T12", "2026-03-02T12:00:", "2026-03-02 12:00:00Z",
            "10000-01-01T00:00:00Z", "+2026-03-02T12:00:00Z", "-2026-03-02T12:00:00Z", "2026-3-2T12:00:00Z",
            "2026-02-30T12:00:00Z", "2025-02-29T12:00:00Z", "2026-00-01T12:00:00Z", "2026-13-01T12:00:00Z",
            "2026-03-00T12:00:00Z", "2026-03-32T12:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T25:00:00Z",
            "2026-03-02T12:60:00Z", "2026-03-02T12:00:60Z", "2016-12-31T23:59:60Z", "2026-03-02T12:00:00+24:00",
            "2026-03-02T12:00:00+00:60", "2026-03-02T12:00:00+1", "2026-03-02T12:00:00+001", "2026-03-02T12:00:00+",
            "2026-03-02T12:00:00.Z", "2026-03-02T12:00:00+00:00Z", "2026-03-02T12:00:00+00000",
            "2026-03-02T12:00:00 05:00", "2026-03-02T12:00:00ZZ", "2026-03-02T12:00:00 Z", " 2026-03-02T12:00:00Z",
            "2026-03-02T12:00:00Z ", "2026-03-02T12:00:00Z\u{0}", "2026-0302T12:00:00Z", "202603-02T12:00:00Z",
            "2026-03-02T120000Z", "20260302T12:00:00Z", "2026-W10-1T12:00:00Z", "2026-061T12:00:00Z",
            "\u{0662}026-03-02T12:00:00Z", "2026-03-02T12:00:00\u{FF3A}", "2026-03-02T12:00:00[Europe/London]",
            "1772452800", "Mon, 02 Mar 2026 12:00:00 GMT",
        ]
    )
    func `SD-06 what is no date and time of ISO 8601, or could be two, is refused`(text: String) {
        #expect(ISODateTime.read(WireText(text)) == nil)
    }

    @Test
    func `SD-06 a fraction of a thousand digits is refused`() {
        let fraction = String(repeating: "9", count: 1_000)
        #expect(ISODateTime.read(WireText("2026-03-02T12:00:00.\(fraction)Z")) == nil)
    }

    @Test(arguments: ["0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
    func `SD-06 the ends of the calendar are dates like others`(text: String) {
        #expect(ISODateTime.read(WireText(text)) != nil)
    }

    @Test(
        arguments: [
            ("2026-03-02", "2026-03-02T00:00:00Z"), ("20260302", "2026-03-02T00:00:00Z"),
            ("2026-03-02T12:00:00", "2026-03-02T12:00:00Z"), ("2026-03-02T12:00:00.999", "2026-03-02T12:00:00Z"),
            ("2026-03-02T12:00:00+05:00", "2026-03-02T12:00:00Z"),
            ("2026-03-02T12:00:00 05:00", "2026-03-02T12:00:00Z"), ("2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z"),
        ]
    )
    func `a bound of a query may be a day, and its zone is ignored`(text: String, moment: String) {
        #expect(ISODateTime.readBound(WireText(text)) == Timestamp(rfc3339: WireText(moment)))
    }

    @Test(arguments: ["", "2026-03-02T", "2026-02-30", "2026-03-02T12:00:00+99:00", "2026-03-02x", "today"])
    func `SD-06 a bound that is no date is refused`(text: String) {
        #expect(ISODateTime.readBound(WireText(text)) == nil)
    }
}

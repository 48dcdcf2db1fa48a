extension Timestamp {
    /// Day and minute in UTC, for people to read.
    ///
    /// Moments outside the years 0 to 9999 are moved to them.
    package var utc: (year: Int, month: Int, day: Int, clock: WireText) {
        let (date, rest) = civil
        var clock: [UInt8] = []
        clock.appendDigits(rest / 3_600, count: 2)
        clock.append(UInt8(ascii: ":"))
        clock.appendDigits(rest / 60 % 60, count: 2)
        return (Int(date.year), Int(date.month), Int(date.day), WireText(String(decoding: clock, as: UTF8.self)))
    }
}

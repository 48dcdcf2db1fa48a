extension Timestamp {
    /// Day and minute in UTC, for people to read.
    package var utc: (year: Int, month: Int, day: Int, clock: WireText) {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let rest = seconds - days * 86_400
        let date = CivilDate(daysSince1970: days)
        var clock: [UInt8] = []
        clock.appendDigits(rest / 3_600, count: 2)
        clock.append(UInt8(ascii: ":"))
        clock.appendDigits(rest / 60 % 60, count: 2)
        return (Int(date.year), Int(date.month), Int(date.day), WireText(String(decoding: clock, as: UTF8.self)))
    }
}

extension Timestamp {
    /// As headers spell it: `Sat, 21 Nov 2026 09:00:00 GMT`, RFC 9110 §5.6.7.
    ///
    /// Moments outside the years 0 to 9999 are moved to them.
    package var httpDate: String {
        let (date, rest) = civil
        // 1970-01-01 was a Thursday.
        let weekday = Int(((date.daysSince1970 + 4) % 7 + 7) % 7)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(contentsOf: Self.weekdays[weekday].utf8)
        text.append(contentsOf: ", ".utf8)
        text.appendDigits(date.day, count: 2)
        text.append(.space)
        text.append(contentsOf: Self.months[Int(date.month) - 1].utf8)
        text.append(.space)
        text.appendDigits(date.year, count: 4)
        text.append(.space)
        text.appendDigits(rest / 3_600, count: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(rest / 60 % 60, count: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(rest % 60, count: 2)
        text.append(contentsOf: " GMT".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension Timestamp {
    /// Reads a date and time with a zone: RFC 3339 §5.6, which is ISO 8601 without its odd corners.
    ///
    /// A fraction of a second is dropped. Days that do not exist, the hour 24 and leap seconds are refused,
    /// because two readers would place them differently.
    package init?(rfc3339 text: WireText) {
        let bytes = text.bytes
        guard (20...64).contains(bytes.count),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = bytes.number(0..<4), let month = bytes.number(5..<7), let day = bytes.number(8..<10),
            let date = CivilDate(year: year, month: month, day: day),
            let hour = bytes.number(11..<13), hour < 24,
            let minute = bytes.number(14..<16), minute < 60,
            let second = bytes.number(17..<19), second < 60
        else { return nil }

        var index = 19
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            let start = index
            while index < bytes.count, bytes[index].isDigit { index += 1 }
            guard index > start else { return nil }
        }

        var offset: Int64 = 0
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"):
            guard index + 1 == bytes.count else { return nil }
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard index + 6 == bytes.count, bytes[index + 3] == UInt8(ascii: ":"),
                let hours = bytes.number(index + 1..<index + 3), hours < 24,
                let minutes = bytes.number(index + 4..<index + 6), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * 60 * (bytes[index] == UInt8(ascii: "+") ? 1 : -1)
        default: return nil
        }
        self.init(date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset)
    }

    /// As RFC 3339 spells it, in UTC, such as `2026-11-21T09:00:00Z`.
    ///
    /// Moments outside the years 0 to 9999 are moved to them.
    package var rfc3339: String {
        let (date, rest) = civil
        var text: [UInt8] = []
        text.reserveCapacity(20)
        text.appendDigits(date.year, count: 4)
        text.append(UInt8(ascii: "-"))
        text.appendDigits(date.month, count: 2)
        text.append(UInt8(ascii: "-"))
        text.appendDigits(date.day, count: 2)
        text.append(UInt8(ascii: "T"))
        text.appendDigits(rest / 3_600, count: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(rest / 60 % 60, count: 2)
        text.append(UInt8(ascii: ":"))
        text.appendDigits(rest % 60, count: 2)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// The day, and the seconds since it began.
    var civil: (day: CivilDate, seconds: Int64) {
        let clamped = min(max(seconds, Self.yearZero), Self.yearTenThousand - 1)
        let days = clamped >= 0 ? clamped / 86_400 : (clamped - 86_399) / 86_400
        return (CivilDate(daysSince1970: days), clamped - days * 86_400)
    }

    private static let yearZero: Int64 = -62_167_219_200
    private static let yearTenThousand: Int64 = 253_402_300_800
}

extension [UInt8] {
    /// The number that a run of digits spells.
    func number(_ range: Range<Int>) -> Int64? {
        guard range.upperBound <= count else { return nil }
        var number: Int64 = 0
        for byte in self[range] {
            guard byte.isDigit else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return number
    }

    /// Appends the last `count` digits of a number that is not negative.
    mutating func appendDigits(_ number: Int64, count: Int) {
        var divisor: Int64 = 1
        for _ in 1..<Swift.max(count, 1) { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}

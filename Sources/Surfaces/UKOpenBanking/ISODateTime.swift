package import Text

/// Dates as third parties send them: ISO 8601, wider than RFC 3339.
///
/// Read/Write API Profile 3.1.2, "Date Formats": a server must accept the permissible variations. These
/// are calendar dates with or without hyphens and colons, seconds or none, a fraction or none, a zone of
/// any form or none. Week and ordinal dates, the hour 24 and leap seconds are refused.
package enum ISODateTime {
    /// A date and time of a body; without a zone it is in UTC.
    package static func read(_ text: WireText) -> Timestamp? {
        var scanner = Scanner(text)
        guard let date = scanner.date(), let time = scanner.time(in: date.format),
            let offset = scanner.offset(plusMayBeSpace: false)
        else { return nil }
        return moment(date.text, time).map { $0 - offset }
    }

    /// A bound of a query: the time may be missing, and a zone is ignored, as the API description says.
    package static func readBound(_ text: WireText) -> Timestamp? {
        var scanner = Scanner(text)
        guard let date = scanner.date() else { return nil }
        guard !scanner.isAtEnd else { return moment(date.text, "00:00:00") }
        // A plus that nobody escaped arrives as a space.
        guard let time = scanner.time(in: date.format), scanner.offset(plusMayBeSpace: true) != nil else { return nil }
        return moment(date.text, time)
    }

    private static func moment(_ date: String, _ time: String) -> Timestamp? {
        Timestamp(rfc3339: WireText("\(date)T\(time)Z"))
    }
}

/// Takes a date and time apart from the left, and puts it together in the extended format.
private struct Scanner {
    enum Format {
        case basic
        case extended
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ text: WireText) {
        bytes = text.byteCount <= Limits.dateBytes ? text.bytes : []
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func date() -> (text: String, format: Format)? {
        guard let year = digits(4) else { return nil }
        let format = take(UInt8(ascii: "-")) ? Format.extended : .basic
        guard let month = digits(2), format == .basic || take(UInt8(ascii: "-")), let day = digits(2) else {
            return nil
        }
        return ("\(year)-\(month)-\(day)", format)
    }

    /// The time after the `T`; a fraction is dropped.
    mutating func time(in format: Format) -> String? {
        guard take(UInt8(ascii: "T")) || take(UInt8(ascii: "t")), let hour = digits(2),
            format == .basic || take(UInt8(ascii: ":")), let minute = digits(2)
        else { return nil }
        if format == .extended {
            guard take(UInt8(ascii: ":")) else { return "\(hour):\(minute):00" }
        } else {
            guard index < bytes.count, bytes[index].isDigit else { return "\(hour):\(minute):00" }
        }
        guard let second = digits(2) else { return nil }
        if take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) {
            let start = index
            while index < bytes.count, bytes[index].isDigit { index += 1 }
            guard index > start else { return nil }
        }
        return "\(hour):\(minute):\(second)"
    }

    /// Seconds east of Greenwich, where the zone is the rest of the text or missing.
    mutating func offset(plusMayBeSpace: Bool) -> Int? {
        if isAtEnd { return 0 }
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return isAtEnd ? 0 : nil }
        let isEast = take(UInt8(ascii: "+")) || (plusMayBeSpace && take(.space))
        guard isEast || take(UInt8(ascii: "-")), let hours = number(2), hours < 24 else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(UInt8(ascii: ":"))
            guard let number = number(2), number < 60 else { return nil }
            minutes = number
        }
        guard isAtEnd else { return nil }
        return (hours * 60 + minutes) * 60 * (isEast ? 1 : -1)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func digits(_ count: Int) -> String? {
        guard bytes.count - index >= count else { return nil }
        let digits = bytes[index..<(index + count)]
        guard digits.allSatisfy(\.isDigit) else { return nil }
        index += count
        return String(decoding: digits, as: UTF8.self)
    }

    private mutating func number(_ count: Int) -> Int? {
        digits(count).map { $0.utf8.reduce(0) { number, digit in number * 10 + Int(digit - UInt8(ascii: "0")) } }
    }
}

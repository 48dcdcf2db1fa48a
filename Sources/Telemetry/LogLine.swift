package import Text

/// How much an event matters.
package enum LogLevel: UInt8, Sendable, Comparable, CaseIterable {
    case debug
    case info
    case warning
    case error
    /// Above every event: nothing is written.
    case off

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package var word: WireText {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        case .off: "off"
        }
    }

    /// Reads the word of a configuration.
    package init?(_ word: WireText) {
        guard let level = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = level
    }
}

/// The name of an event or of a field, written down in our own code and nowhere else.
package struct LogName: Sendable, ExpressibleByStringLiteral {
    let text: WireText

    package init(stringLiteral name: String) {
        text = WireText(name)
    }
}

/// What a field says.
package enum LogValue: Sendable {
    case text(WireText)
    case integer(Int64)
    case boolean(Bool)
    /// A length of time, written as decimal seconds.
    case seconds(nanoseconds: Int64)
    /// The field is left out.
    case missing

    package init(_ text: WireText?) {
        self = if let text { .text(text) } else { .missing }
    }

    package init<Named>(_ identifier: Identifier<Named>?) {
        self.init(identifier?.text)
    }

    /// Dots, whatever the value is.
    package init<Value>(_ sensitive: Sensitive<Value>) {
        self = .text(WireText(sensitive.description))
    }
}

extension LogValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    package init(stringLiteral value: String) {
        self = .text(WireText(value))
    }

    package init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    package init(booleanLiteral value: Bool) {
        self = .boolean(value)
    }
}

/// The fields of an event, in their order.
///
/// The names `ts`, `level` and `event` are the log's own.
package struct LogFields: Sendable, ExpressibleByDictionaryLiteral {
    var fields: [(name: LogName, value: LogValue)]

    package init(dictionaryLiteral fields: (LogName, LogValue)...) {
        self.fields = fields.map { ($0.0, $0.1) }
    }

    package mutating func append(_ name: LogName, _ value: LogValue) {
        fields.append((name, value))
    }
}

/// One event as one line of JSON.
package struct LogLine: Sendable {
    let level: LogLevel
    let event: LogName
    let fields: LogFields

    package init(_ level: LogLevel, _ event: LogName, _ fields: LogFields) {
        self.level = level
        self.event = event
        self.fields = fields
    }

    /// The line with its end.
    package func bytes(at moment: LogMoment) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        line.append(contentsOf: #"{"ts":""#.utf8)
        line.append(contentsOf: moment.rfc3339.utf8)
        line.append(contentsOf: #"","level":""#.utf8)
        line.append(contentsOf: level.word.utf8)
        line.append(contentsOf: #"","event":""#.utf8)
        line.append(contentsOf: event.text.utf8)
        line.append(UInt8(ascii: "\""))
        for (name, value) in fields.fields { append(name, value, to: &line) }
        line.append(UInt8(ascii: "}"))
        line.append(.newline)
        return line
    }

    private func append(_ name: LogName, _ value: LogValue, to line: inout [UInt8]) {
        if case .missing = value { return }
        line.append(contentsOf: #",""#.utf8)
        line.append(contentsOf: name.text.utf8)
        line.append(contentsOf: #"":"#.utf8)
        switch value {
        case .missing: return
        case .text(let text): LogText.append(text, to: &line)
        case .integer(let integer): line.append(contentsOf: String(integer).utf8)
        case .boolean(let boolean): line.append(contentsOf: (boolean ? "true" : "false").utf8)
        case .seconds(let nanoseconds): line.append(contentsOf: DecimalSeconds.text(nanoseconds: nanoseconds).utf8)
        }
    }
}

/// When something happened, to the microsecond.
package struct LogMoment: Sendable {
    package let timestamp: Timestamp
    package let microseconds: Int64

    package init(_ timestamp: Timestamp, microseconds: Int64) {
        self.timestamp = timestamp
        self.microseconds = microseconds
    }

    var rfc3339: String {
        "\(timestamp.rfc3339.dropLast()).\(DecimalSeconds.fraction(microseconds: microseconds))Z"
    }
}

/// Strict reading of JSON: RFC 8259, and narrower where two readers could disagree.
///
/// Refused: duplicate names (compared after unescaping, by canonical equivalence), anything after the value, a byte order mark,
/// lone surrogates, bytes that are not UTF-8, and depth or length over the limits.
package struct JSONReader {
    /// Which language is read.
    package enum Dialect: Sendable {
        /// RFC 8259.
        case strict
        /// Configuration: `//` and `/* */` comments and trailing commas are allowed as well.
        case commented
    }

    /// What is wrong, and at which byte.
    package struct Failure: Error, Sendable, Hashable {
        /// One case a way to be no JSON, or more of it than is read.
        package enum Reason: Sendable, Hashable {
            case empty
            case tooLong
            case tooDeep
            case unexpectedByte
            case unexpectedEnd
            case badEscape
            case badNumber
            case badUTF8
            case loneSurrogate
            case controlCharacter
            case duplicateName(WireText)
            case trailingData
        }

        package let reason: Reason
        package let offset: Int
    }

    /// A value, and where its parts are.
    package struct Located: Sendable {
        package let value: JSON
        /// Each part and its first byte in the order in which they were read; of a part that comes twice the later counts.
        fileprivate let places: [Place]
        /// Names that occurred again, which whoever takes the value refuses first.
        ///
        /// Their later values were read and dropped.
        package let duplicates: [Failure]

        /// The first byte of each part by its JSON Pointer (RFC 6901); of a member, that of its name.
        ///
        /// Put together when it is asked for: of a file in which all is well nobody asks.
        package var offsets: [WireText: Int] {
            Dictionary(places.map { ($0.path, $0.offset) }, uniquingKeysWith: { _, later in later })
        }
    }

    fileprivate struct Place: Sendable {
        let path: WireText
        let offset: Int
    }

    private let dialect: Dialect
    private let depthLimit: Int
    private let isLocated: Bool
    private var index = 0
    private var places: [Place]?
    private var duplicates: [Failure] = []

    private init(dialect: Dialect, depthLimit: Int, isLocated: Bool) {
        self.dialect = dialect
        self.depthLimit = depthLimit
        self.isLocated = isLocated
        places = isLocated ? [] : nil
    }

    /// Reads one value that fills the bytes.
    package static func read(
        _ bytes: borrowing Span<UInt8>,
        lengthLimit: Int = Limits.jsonBytes,
        depthLimit: Int = Limits.jsonDepth
    ) throws(Failure) -> JSON {
        guard bytes.count <= lengthLimit else { throw Failure(reason: .tooLong, offset: lengthLimit) }
        var reader = JSONReader(dialect: .strict, depthLimit: depthLimit, isLocated: false)
        return try reader.document(bytes)
    }

    /// Reads one value that fills the bytes.
    package static func read(
        _ bytes: [UInt8],
        lengthLimit: Int = Limits.jsonBytes,
        depthLimit: Int = Limits.jsonDepth
    ) throws(Failure) -> JSON {
        try read(bytes.span, lengthLimit: lengthLimit, depthLimit: depthLimit)
    }

    /// Reads a configuration, and remembers where everything stands.
    ///
    /// Duplicate names are collected instead of thrown, so that all problems of a file are told at once.
    package static func readLocated(
        _ bytes: [UInt8],
        dialect: Dialect,
        lengthLimit: Int = Limits.configurationBytes
    ) throws(Failure) -> Located {
        guard bytes.count <= lengthLimit else { throw Failure(reason: .tooLong, offset: lengthLimit) }
        var reader = JSONReader(dialect: dialect, depthLimit: Limits.jsonDepth, isLocated: true)
        let value = try reader.document(bytes.span)
        return Located(value: value, places: reader.places ?? [], duplicates: reader.duplicates)
    }

    private mutating func document(_ bytes: borrowing Span<UInt8>) throws(Failure) -> JSON {
        try skipSpace(bytes)
        guard index < bytes.count else { throw failure(.empty) }
        let value = try value(bytes, depth: 0, path: "")
        try skipSpace(bytes)
        guard index == bytes.count else { throw failure(.trailingData) }
        return value
    }

    private mutating func value(
        _ bytes: borrowing Span<UInt8>,
        depth: Int,
        path: WireText
    ) throws(Failure) -> JSON {
        guard index < bytes.count else { throw failure(.unexpectedEnd) }
        places?.append(Place(path: path, offset: index))
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object(bytes, depth: depth, path: path)
        case UInt8(ascii: "["): return try array(bytes, depth: depth, path: path)
        case UInt8(ascii: "\""): return .text(try text(bytes))
        case UInt8(ascii: "t"): return try word("true", bytes, .boolean(true))
        case UInt8(ascii: "f"): return try word("false", bytes, .boolean(false))
        case UInt8(ascii: "n"): return try word("null", bytes, .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number(bytes)
        default: throw failure(.unexpectedByte)
        }
    }

    private mutating func object(
        _ bytes: borrowing Span<UInt8>,
        depth: Int,
        path: WireText
    ) throws(Failure) -> JSON {
        guard depth < depthLimit else { throw failure(.tooDeep) }
        index += 1
        var members: [JSON.Member] = []
        var names = NamesSeen()
        try skipSpace(bytes)
        if try accept(UInt8(ascii: "}"), bytes) { return .object([]) }
        while true {
            guard index < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[index] == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
            let nameOffset = index
            let name = try text(bytes)
            let isDuplicate = names.contains(name, among: members)
            if isDuplicate {
                let duplicate = Failure(reason: .duplicateName(name), offset: nameOffset)
                guard isLocated else { throw duplicate }
                duplicates.append(duplicate)
            }
            try skipSpace(bytes)
            try expect(UInt8(ascii: ":"), bytes)
            try skipSpace(bytes)
            let memberPath = places == nil ? path : JSONPointer.appending(name, to: path)
            // What is dropped has no place.
            var aside: [Place]?
            if isDuplicate { swap(&aside, &places) }
            let memberValue = try value(bytes, depth: depth + 1, path: memberPath)
            if isDuplicate {
                swap(&aside, &places)
            } else {
                members.append(JSON.Member(name, memberValue))
                // A problem with a member is best shown at its name.
                places?.append(Place(path: memberPath, offset: nameOffset))
            }
            try skipSpace(bytes)
            if try accept(UInt8(ascii: "}"), bytes) { return .object(members) }
            try expect(UInt8(ascii: ","), bytes)
            try skipSpace(bytes)
            if dialect == .commented, try accept(UInt8(ascii: "}"), bytes) { return .object(members) }
        }
    }

    private mutating func array(
        _ bytes: borrowing Span<UInt8>,
        depth: Int,
        path: WireText
    ) throws(Failure) -> JSON {
        guard depth < depthLimit else { throw failure(.tooDeep) }
        index += 1
        var elements: [JSON] = []
        try skipSpace(bytes)
        if try accept(UInt8(ascii: "]"), bytes) { return .array([]) }
        while true {
            let elementPath = places == nil ? path : JSONPointer.appending(elements.count, to: path)
            elements.append(try value(bytes, depth: depth + 1, path: elementPath))
            try skipSpace(bytes)
            if try accept(UInt8(ascii: "]"), bytes) { return .array(elements) }
            try expect(UInt8(ascii: ","), bytes)
            try skipSpace(bytes)
            if dialect == .commented, try accept(UInt8(ascii: "]"), bytes) { return .array(elements) }
        }
    }

    private mutating func text(_ bytes: borrowing Span<UInt8>) throws(Failure) -> WireText {
        index += 1
        let start = index
        for end in start..<bytes.count {
            let byte = bytes[end]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            index = end
            switch byte {
            case UInt8(ascii: "\""):
                // Most texts hold no escape, and are taken as they stand.
                guard let text = WireText(bytes, in: start..<end) else { throw failure(.badUTF8) }
                index += 1
                return text
            case UInt8(ascii: "\\"): return try escapedText(bytes, from: start)
            default: throw failure(.controlCharacter)
            }
        }
        index = bytes.count
        throw failure(.unexpectedEnd)
    }

    private mutating func escapedText(
        _ bytes: borrowing Span<UInt8>,
        from start: Int
    ) throws(Failure) -> WireText {
        var unescaped: [UInt8] = []
        for copied in start..<index { unescaped.append(bytes[copied]) }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard let text = WireText(unescaped) else { throw failure(.badUTF8) }
                index += 1
                return text
            case UInt8(ascii: "\\"):
                index += 1
                try escape(bytes, into: &unescaped)
            case 0..<0x20: throw failure(.controlCharacter)
            case let byte:
                unescaped.append(byte)
                index += 1
            }
        }
        throw failure(.unexpectedEnd)
    }

    private mutating func escape(
        _ bytes: borrowing Span<UInt8>,
        into unescaped: inout [UInt8]
    ) throws(Failure) {
        guard index < bytes.count else { throw failure(.unexpectedEnd) }
        let letter = bytes[index]
        index += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(.newline)
        case UInt8(ascii: "r"): unescaped.append(.carriageReturn)
        case UInt8(ascii: "t"): unescaped.append(.horizontalTab)
        case UInt8(ascii: "u"):
            var unit = try hexUnit(bytes)
            if (0xD800..<0xDC00).contains(unit) {
                guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
                else { throw failure(.loneSurrogate) }
                index += 2
                let low = try hexUnit(bytes)
                guard (0xDC00..<0xE000).contains(low) else { throw failure(.loneSurrogate) }
                unit = 0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw failure(.loneSurrogate) }
            unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default: throw failure(.badEscape)
        }
    }

    private mutating func hexUnit(_ bytes: borrowing Span<UInt8>) throws(Failure) -> UInt32 {
        guard index + 4 <= bytes.count else { throw failure(.unexpectedEnd) }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = bytes[index].hexValue else { throw failure(.badEscape) }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }

    private mutating func number(_ bytes: borrowing Span<UInt8>) throws(Failure) -> JSON {
        let start = index
        var isInteger = true
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        let wholeStart = index
        try digits(bytes)
        // RFC 8259 §6: no leading zeros.
        if index - wholeStart > 1, bytes[wholeStart] == UInt8(ascii: "0") { throw failure(.badNumber) }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try digits(bytes)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            try digits(bytes)
        }
        guard let text = WireText(bytes, in: start..<index) else { throw failure(.badUTF8) }
        if isInteger, let integer = Int64(text.string) { return .integer(integer) }
        guard let number = Double(text.string), number.isFinite else { throw failure(.badNumber) }
        return .number(number)
    }

    private mutating func digits(_ bytes: borrowing Span<UInt8>) throws(Failure) {
        let start = index
        while index < bytes.count, bytes[index].isDigit { index += 1 }
        guard index > start else { throw failure(index < bytes.count ? .badNumber : .unexpectedEnd) }
    }

    private mutating func word(
        _ word: StaticString,
        _ bytes: borrowing Span<UInt8>,
        _ value: JSON
    ) throws(Failure) -> JSON {
        for byte in word.description.utf8 {
            guard index < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[index] == byte else { throw failure(.unexpectedByte) }
            index += 1
        }
        return value
    }

    private mutating func accept(_ byte: UInt8, _ bytes: borrowing Span<UInt8>) throws(Failure) -> Bool {
        guard index < bytes.count else { throw failure(.unexpectedEnd) }
        guard bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ bytes: borrowing Span<UInt8>) throws(Failure) {
        guard try accept(byte, bytes) else { throw failure(.unexpectedByte) }
    }

    private mutating func skipSpace(_ bytes: borrowing Span<UInt8>) throws(Failure) {
        while index < bytes.count {
            switch bytes[index] {
            case .space, .horizontalTab, .newline, .carriageReturn: index += 1
            case UInt8(ascii: "/") where dialect == .commented: try skipComment(bytes)
            default: return
            }
        }
    }

    private mutating func skipComment(_ bytes: borrowing Span<UInt8>) throws(Failure) {
        guard index + 1 < bytes.count else { throw failure(.unexpectedByte) }
        switch bytes[index + 1] {
        case UInt8(ascii: "/"):
            while index < bytes.count, bytes[index] != .newline { index += 1 }
        case UInt8(ascii: "*"):
            index += 2
            while index + 1 < bytes.count {
                if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") {
                    index += 2
                    return
                }
                index += 1
            }
            throw failure(.unexpectedEnd)
        default: throw failure(.unexpectedByte)
        }
    }

    private func failure(_ reason: Failure.Reason) -> Failure {
        Failure(reason: reason, offset: index)
    }
}

/// Tells whether a name was there before, in linear time however many there are.
///
/// Canonical equivalence is right for once: readers that compare so would see one name where we see two.
private struct NamesSeen {
    /// Up to here looking is faster than hashing.
    private static let few = 16
    private var many: Set<String> = []

    mutating func contains(_ name: WireText, among members: [JSON.Member]) -> Bool {
        guard members.count >= Self.few else { return members.contains { $0.name.string == name.string } }
        if many.isEmpty { many = Set(members.map(\.name.string)) }
        return !many.insert(name.string).inserted
    }
}

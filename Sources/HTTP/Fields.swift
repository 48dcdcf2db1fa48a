package import Text

/// Header fields in their order, duplicates kept so that they can be refused.
///
/// They are kept as the lines they are on the wire, names in lower case. A received head is so one
/// copy, and an answer is another one; a value becomes text only where somebody asks for it.
package struct Fields: Sendable, Hashable {
    /// Complete lines, each `name: value` with CR LF.
    package private(set) var lines: [UInt8] = []
    private var entries: [Entry] = []

    private struct Entry: Sendable, Hashable {
        let start: Int
        let nameLength: Int
        let valueLength: Int

        var name: Range<Int> { start..<(start + nameLength) }
        var value: Range<Int> { (start + nameLength + 2)..<(start + nameLength + 2 + valueLength) }
        var length: Int { nameLength + valueLength + 4 }
    }

    package init() {}

    package var count: Int { entries.count }

    package var isEmpty: Bool { entries.isEmpty }

    package func contains(_ name: FieldName) -> Bool {
        firstIndex(of: name) != nil
    }

    package func occurrences(of name: FieldName) -> Int {
        var occurrences = 0
        var next = 0
        while let index = firstIndex(of: name, from: next) {
            occurrences += 1
            next = index + 1
        }
        return occurrences
    }

    /// The first value of a name.
    ///
    /// Bytes that are not UTF-8 are as good as absent. What decides about security asks `single`.
    package func first(_ name: FieldName) -> WireText? {
        guard let index = firstIndex(of: name) else { return nil }
        return text(at: index)
    }

    /// All values of a name in their order, without those that are not UTF-8.
    package func all(_ name: FieldName) -> [WireText] {
        var values: [WireText] = []
        var next = 0
        while let index = firstIndex(of: name, from: next) {
            if let text = text(at: index) { values.append(text) }
            next = index + 1
        }
        return values
    }

    /// The only value of a name, or `nil` where there is none.
    package func single(_ name: FieldName) throws(FieldFailure) -> WireText? {
        guard let index = firstIndex(of: name) else { return nil }
        guard firstIndex(of: name, from: index + 1) == nil else { throw .repeated(name) }
        guard let text = text(at: index) else { throw .notText(name) }
        return text
    }

    /// Adds a field behind the others.
    package mutating func append(_ name: FieldName, _ value: FieldValue) {
        entries.append(
            Entry(start: lines.count, nameLength: name.text.byteCount, valueLength: value.text.byteCount)
        )
        lines.append(contentsOf: name.text.utf8)
        lines.append(UInt8(ascii: ":"))
        lines.append(.space)
        lines.append(contentsOf: value.text.utf8)
        lines.append(.carriageReturn)
        lines.append(.newline)
    }

    /// Adds all fields of another list behind the others.
    package mutating func append(_ others: Fields) {
        let offset = lines.count
        lines.append(contentsOf: others.lines)
        for entry in others.entries {
            entries.append(
                Entry(start: offset + entry.start, nameLength: entry.nameLength, valueLength: entry.valueLength)
            )
        }
    }

    /// Puts one field in the place of all of that name.
    package mutating func set(_ name: FieldName, _ value: FieldValue) {
        remove(name)
        append(name, value)
    }

    package mutating func remove(_ name: FieldName) {
        guard contains(name) else { return }
        var kept = Fields()
        for index in entries.indices where !matches(index, name) {
            let entry = entries[index]
            kept.entries.append(
                Entry(start: kept.lines.count, nameLength: entry.nameLength, valueLength: entry.valueLength)
            )
            kept.lines.append(contentsOf: lines[entry.start..<(entry.start + entry.length)])
        }
        self = kept
    }

    /// Every field in order, without those whose value is not UTF-8.
    package var pairs: [(name: FieldName, value: WireText)] {
        var pairs: [(name: FieldName, value: WireText)] = []
        for index in entries.indices {
            guard let name = WireText(lines.span, in: entries[index].name).flatMap(FieldName.init),
                let value = text(at: index)
            else { continue }
            pairs.append((name, value))
        }
        return pairs
    }

    /// The first value of a name as it came, whether text or not.
    func bytes(_ name: FieldName) -> [UInt8]? {
        guard let index = firstIndex(of: name) else { return nil }
        return Array(lines[entries[index].value])
    }

    private func text(at index: Int) -> WireText? {
        WireText(lines.span, in: entries[index].value)
    }

    private func firstIndex(of name: FieldName, from start: Int = 0) -> Int? {
        var index = start
        while index < entries.count {
            if matches(index, name) { return index }
            index += 1
        }
        return nil
    }

    private func matches(_ index: Int, _ name: FieldName) -> Bool {
        let entry = entries[index]
        guard entry.nameLength == name.text.byteCount else { return false }
        let wanted = name.text.string.utf8.span
        for index in wanted.indices {
            guard lines[entry.start + index] == wanted[index] else { return false }
        }
        return true
    }
}

extension Fields {
    mutating func reserve(bytes: Int, fields: Int) {
        lines.reserveCapacity(bytes)
        entries.reserveCapacity(fields)
    }

    /// Adds a line whose name and value the reader of a head has checked.
    mutating func append(read bytes: borrowing Span<UInt8>, name: Range<Int>, value: Range<Int>) {
        entries.append(Entry(start: lines.count, nameLength: name.count, valueLength: value.count))
        lines.append(addingCapacity: name.count + value.count + 4) { line in
            for index in name { line.append(bytes[index].lowercasedASCII) }
            line.append(UInt8(ascii: ":"))
            line.append(.space)
            for index in value { line.append(bytes[index]) }
            line.append(.carriageReturn)
            line.append(.newline)
        }
    }
}

/// Why a field has no value that one can rely on.
package enum FieldFailure: Error, Sendable, Hashable {
    /// RFC 9110 §5.3: only fields that are lists may come more than once.
    case repeated(FieldName)
    /// The value is not UTF-8.
    case notText(FieldName)
}

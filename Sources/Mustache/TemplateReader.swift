import Text

/// Text to pieces: one pass over the bytes, with every problem found on the way.
struct TemplateReader {
    private let key: Fragment.Key
    private let rules: TemplateRules
    private let source: [UInt8]

    private var opening = Array("{{".utf8)
    private var closing = Array("}}".utf8)
    private var cursor = 0
    private var linesCountedTo = 0
    private var line = 1
    private var lineStart = 0

    /// Sections whose end was not seen yet.
    private var openSections: [(name: Name, isInverted: Bool)] = []
    /// The pieces of the template, and of each open section.
    private var levels: [[Piece]] = [[]]
    private var problems: [TemplateProblem] = []

    static func read(
        _ bytes: [UInt8],
        as key: Fragment.Key,
        rules: TemplateRules
    ) -> (fragment: Fragment, problems: [TemplateProblem]) {
        var reader = TemplateReader(bytes, key, rules)
        reader.readAll()
        return (Fragment(key: key, pieces: reader.levels.first ?? []), reader.problems)
    }

    private init(_ bytes: [UInt8], _ key: Fragment.Key, _ rules: TemplateRules) {
        self.key = key
        self.rules = rules
        source = Self.indent(bytes, by: key.indentation)
    }

    /// Every line that has something on it, moved to the right: the indentation of a partial is
    /// that of its template and not of the values in it.
    private static func indent(_ bytes: [UInt8], by indentation: [UInt8]) -> [UInt8] {
        guard !indentation.isEmpty else { return bytes }
        var indented: [UInt8] = []
        indented.reserveCapacity(bytes.count * 2)
        var startsLine = true
        for byte in bytes {
            if startsLine, byte != .newline, byte != .carriageReturn { indented.append(contentsOf: indentation) }
            indented.append(byte)
            startsLine = byte == .newline
        }
        return indented
    }

    private mutating func readAll() {
        while let tagStart = find(opening, from: cursor) {
            let position = position(of: tagStart)
            guard let tag = readTag(at: tagStart, position) else { return }
            place(tag)
            // Not one more: whoever walks through the pieces later does so by recursion.
            guard openSections.count <= Limits.templateDepth else { return report(.sectionsTooDeep, at: position) }
        }
        appendText(upTo: source.count)
        while let section = openSections.popLast() {
            report(.sectionNotClosed(section.name.spelled), at: section.name.position)
        }
    }
}

// MARK: Tags

extension TemplateReader {
    /// A tag as it stands in the source.
    private struct Tag {
        let kind: Kind
        let bounds: Range<Int>
        let position: Position
    }

    private enum Kind {
        case value(Name, escaped: Bool)
        case section(Name)
        case inverted(Name)
        case end(Name)
        case partial(WireText)
        case delimiters(opening: [UInt8], closing: [UInt8])
        /// A comment, or a tag whose problem was reported.
        case nothing

        var mayStandAlone: Bool {
            if case .value = self { false } else { true }
        }
    }

    /// Reads the tag that begins at `start`; `nil` where it has no end, so that nothing can follow.
    private mutating func readTag(at start: Int, _ position: Position) -> Tag? {
        let contentStart = start + opening.count
        let sigil = contentStart < source.count ? source[contentStart] : 0
        let ending: [UInt8] =
            switch sigil {
            case UInt8(ascii: "{"): [UInt8(ascii: "}")] + closing
            case UInt8(ascii: "="): [UInt8(ascii: "=")] + closing
            default: closing
            }
        let searchStart = min(contentStart + (ending.count > closing.count ? 1 : 0), source.count)
        guard let contentEnd = find(ending, from: searchStart) else {
            report(.tagNotClosed, at: position)
            return nil
        }
        let kind = readKind(sigil, contentStart..<contentEnd, position)
        return Tag(kind: kind, bounds: start..<(contentEnd + ending.count), position: position)
    }

    private mutating func readKind(_ sigil: UInt8, _ content: Range<Int>, _ position: Position) -> Kind {
        let rest = content.isEmpty ? content : (content.lowerBound + 1)..<content.upperBound
        switch sigil {
        case UInt8(ascii: "!"):
            return .nothing
        case UInt8(ascii: "="):
            return readDelimiters(rest, position)
        case UInt8(ascii: "#"):
            return readName(rest, position).map { .section($0) } ?? .nothing
        case UInt8(ascii: "^"):
            return readName(rest, position).map { .inverted($0) } ?? .nothing
        case UInt8(ascii: "/"):
            return readName(rest, position).map { .end($0) } ?? .nothing
        case UInt8(ascii: ">"):
            return readPartialName(rest, position)
        case UInt8(ascii: "{"), UInt8(ascii: "&"):
            guard rules.allowsUnescaped else { return refuse(.tagUnescaped, at: position) }
            return readName(rest, position).map { .value($0, escaped: false) } ?? .nothing
        case UInt8(ascii: "<"), UInt8(ascii: "$"):
            // Inheritance is an optional module of the specification.
            return refuse(.tagUnknown, at: position)
        default:
            return readName(content, position).map { .value($0, escaped: true) } ?? .nothing
        }
    }

    private mutating func readName(_ range: Range<Int>, _ position: Position) -> Name? {
        let spelled = trim(range)
        guard !spelled.isEmpty else {
            report(.tagEmpty, at: position)
            return nil
        }
        guard spelled.count > 1 || source[spelled.lowerBound] != UInt8(ascii: ".") else {
            return Name(parts: [], position: position)
        }
        var parts: [WireText] = []
        for part in source[spelled].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard !part.isEmpty, part.allSatisfy(\.isNameByte) else {
                report(.nameMalformed, at: position)
                return nil
            }
            parts.append(WireText(String(decoding: part, as: UTF8.self)))
        }
        return Name(parts: parts, position: position)
    }

    private mutating func readPartialName(_ range: Range<Int>, _ position: Position) -> Kind {
        let spelled = trim(range)
        guard !spelled.isEmpty else { return refuse(.tagEmpty, at: position) }
        guard source[spelled].allSatisfy(\.isNameByte) else { return refuse(.nameMalformed, at: position) }
        return .partial(WireText(String(decoding: source[spelled], as: UTF8.self)))
    }

    private mutating func readDelimiters(_ range: Range<Int>, _ position: Position) -> Kind {
        let words = source[range].split(whereSeparator: \.isBlank)
        guard words.count == 2, let first = words.first, let last = words.last,
            !first.contains(UInt8(ascii: "=")), !last.contains(UInt8(ascii: "="))
        else { return refuse(.delimitersMalformed, at: position) }
        return .delimiters(opening: Array(first), closing: Array(last))
    }

    private mutating func refuse(_ reason: TemplateProblem.Reason, at position: Position) -> Kind {
        report(reason, at: position)
        return .nothing
    }

    private mutating func report(_ reason: TemplateProblem.Reason, at position: Position) {
        problems.append(TemplateProblem(key.name, position, reason))
    }
}

// MARK: Pieces

extension TemplateReader {
    /// Takes the text before a tag and the tag itself, and goes on behind it.
    private mutating func place(_ tag: Tag) {
        var indentation: [UInt8] = []
        if tag.kind.mayStandAlone, let whole = lines(takenBy: tag.bounds) {
            appendText(upTo: whole.lowerBound)
            indentation = Array(source[whole.lowerBound..<tag.bounds.lowerBound])
            cursor = whole.upperBound
        } else {
            appendText(upTo: tag.bounds.lowerBound)
            cursor = tag.bounds.upperBound
        }
        switch tag.kind {
        case .nothing: break
        case .value(let name, let escaped): append(.value(name, escaped: escaped))
        case .section(let name): open(name, isInverted: false)
        case .inverted(let name): open(name, isInverted: true)
        case .end(let name): close(name)
        case .partial(let name):
            append(.partial(Fragment.Key(name: name, indentation: indentation), tag.position))
        case .delimiters(let opening, let closing):
            self.opening = opening
            self.closing = closing
        }
    }

    private mutating func open(_ name: Name, isInverted: Bool) {
        openSections.append((name, isInverted))
        levels.append([])
    }

    private mutating func close(_ name: Name) {
        guard let section = openSections.popLast(), let inner = levels.popLast() else {
            return report(.sectionNotOpened(name.spelled), at: name.position)
        }
        if section.name.parts != name.parts {
            report(.sectionClosedAs(name.spelled, opened: section.name.spelled), at: name.position)
        }
        append(section.isInverted ? .inverted(section.name, inner) : .section(section.name, inner))
    }

    private mutating func appendText(upTo end: Int) {
        guard cursor < end else { return }
        append(.text(Array(source[cursor..<end])))
        cursor = end
    }

    private mutating func append(_ piece: Piece) {
        levels[levels.count - 1].append(piece)
    }
}

// MARK: Places in the source

extension TemplateReader {
    /// The whole lines of a tag that has them for itself, with the end of the last one.
    private func lines(takenBy tag: Range<Int>) -> Range<Int>? {
        var start = tag.lowerBound
        while start > 0, source[start - 1].isSpaceOrTab { start -= 1 }
        guard start == 0 || source[start - 1] == .newline else { return nil }

        var end = tag.upperBound
        while end < source.count, source[end].isSpaceOrTab { end += 1 }
        if end < source.count, source[end] == .carriageReturn { end += 1 }
        guard end < source.count else { return start..<end }
        return source[end] == .newline ? start..<(end + 1) : nil
    }

    /// Tags are asked for in their order, so each line is counted once.
    private mutating func position(of index: Int) -> Position {
        while linesCountedTo < index {
            if source[linesCountedTo] == .newline {
                line += 1
                lineStart = linesCountedTo + 1
            }
            linesCountedTo += 1
        }
        return Position(line: line, column: max(index - lineStart - key.indentation.count, 0) + 1)
    }

    private func find(_ wanted: [UInt8], from start: Int) -> Int? {
        guard let first = wanted.first, source.count >= wanted.count else { return nil }
        var index = start
        while index <= source.count - wanted.count {
            if source[index] == first, source[index..<(index + wanted.count)].elementsEqual(wanted) { return index }
            index += 1
        }
        return nil
    }

    private func trim(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, source[start].isBlank { start += 1 }
        while start < end, source[end - 1].isBlank { end -= 1 }
        return start..<end
    }
}

extension UInt8 {
    fileprivate var isSpaceOrTab: Bool { self == .space || self == .horizontalTab }

    fileprivate var isBlank: Bool { isSpaceOrTab || self == .newline || self == .carriageReturn }

    fileprivate var isNameByte: Bool { isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") }
}

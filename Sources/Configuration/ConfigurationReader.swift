import Text

/// Takes settings out of a file by their place, and notes everything that is wrong with them.
///
/// A setting that is wrong is read as its default, so that reading goes on to the next one; what was read
/// may be used only where `finish` notes no problem.
struct ConfigurationReader {
    private(set) var asked: [WireText] = []
    private var problems: [(offset: Int, problem: Problem)] = []
    private let source: SourceText
    private let root: JSON
    private let offsets: [WireText: Int]

    init(_ bytes: [UInt8], file: String) throws(Problems) {
        source = SourceText(file: file, bytes: bytes)
        do {
            let located = try JSONReader.readLocated(bytes, dialect: .commented)
            root = located.value
            offsets = located.offsets
            for duplicate in located.duplicates { problems.append((duplicate.offset, source.problem(duplicate))) }
        } catch { throw Problems(problems: [source.problem(error)]) }
    }

    // MARK: Settings

    /// A text that must be there.
    mutating func requiredText(_ path: WireText) -> WireText? {
        guard let value = value(path) else {
            note(path, "This setting has no default and must be there.")
            return nil
        }
        return text(value, path)
    }

    mutating func text(_ path: WireText, or standard: WireText) -> WireText {
        guard let value = value(path) else { return standard }
        return text(value, path) ?? standard
    }

    /// A text that may be left out, or be `null`.
    mutating func optionalText(_ path: WireText) -> WireText? {
        guard let value = value(path), value != .null else { return nil }
        return text(value, path)
    }

    mutating func texts(_ path: WireText) -> [WireText]? {
        guard let value = value(path) else { return nil }
        guard let texts = value.texts else {
            note(path, "This must be an array of strings.")
            return nil
        }
        return texts
    }

    /// An array whose elements the caller reads.
    mutating func array(_ path: WireText) -> [JSON]? {
        guard let value = value(path) else { return nil }
        guard let array = value.array else {
            note(path, "This must be an array, not \(value.kind).")
            return nil
        }
        return array
    }

    /// Texts that may be left out, or be `null`.
    mutating func optionalTexts(_ path: WireText) -> [WireText]? {
        guard let value = value(path), value != .null else { return nil }
        return texts(path)
    }

    mutating func flag(_ path: WireText, or standard: Bool) -> Bool {
        guard let value = value(path) else { return standard }
        guard let flag = value.boolean else {
            note(path, "This must be true or false, not \(value.kind).")
            return standard
        }
        return flag
    }

    mutating func integer(_ path: WireText, in range: ClosedRange<Int>, or standard: Int) -> Int {
        guard let value = value(path) else { return standard }
        return integer(value, path, in: range) ?? standard
    }

    /// A number that may be left out, or be `null`.
    mutating func optionalInteger(_ path: WireText, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(path), value != .null else { return nil }
        return integer(value, path, in: range)
    }

    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ path: WireText,
        or standard: Choice
    ) -> Choice {
        guard let value = value(path) else { return standard }
        guard let choice = Choice.allCases.first(where: { WireText($0.rawValue) == value.text }) else {
            note(path, "This must be one of \(Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")).")
            return standard
        }
        return choice
    }

    /// The name of a file or folder.
    mutating func filePath(_ path: WireText, or standard: String) -> String {
        optionalFilePath(path, isOptional: false) ?? standard
    }

    mutating func optionalFilePath(_ path: WireText) -> String? {
        optionalFilePath(path, isOptional: true)
    }

    /// Whether a setting stands in the file, be it `null`.
    func isThere(_ path: WireText) -> Bool { offsets[path] != nil }

    // MARK: Problems

    mutating func note(_ path: WireText, _ sentence: String) {
        let offset = offsets[path] ?? nearestOffset(above: path)
        problems.append((offset, source.problem(at: offset, path: path, sentence)))
    }

    /// Ends the reading: what nobody asked for is a problem, and so is everything noted before.
    mutating func finish() throws(Problems) {
        noteUnknown(in: root, at: "")
        guard problems.isEmpty else {
            // In the order of the file; those of one place in the order in which they were found.
            let sorted = problems.enumerated().sorted {
                ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
            }
            throw Problems(problems: sorted.map(\.element.problem))
        }
    }

    private mutating func noteUnknown(in value: JSON, at path: WireText) {
        guard let members = value.members else {
            return note(path, "This must be an object, not \(value.kind).")
        }
        for member in members {
            let place = JSONPointer.appending(member.name, to: path)
            if asked.contains(place) { continue }
            if asked.contains(where: { $0.hasPrefix(WireText("\(place)/")) }) {
                noteUnknown(in: member.value, at: place)
            } else {
                note(place, "There is no setting of this name.\(hint(for: member.name, at: path))")
            }
        }
    }

    /// The name that was meant, or the section where the name is known.
    private func hint(for name: WireText, at path: WireText) -> String {
        let depth = path.split(at: UInt8(ascii: "/")).count
        let known = asked.map { $0.split(at: UInt8(ascii: "/")) }
        let here = known.filter { $0.count > depth && path.split(at: UInt8(ascii: "/")) == Array($0.prefix(depth)) }
        if let near = NearName.nearest(to: name, among: here.map { $0[depth] }) {
            return " Did you mean \"\(near)\"?"
        }
        if let elsewhere = known.first(where: { $0.last == name }) {
            return " It belongs into \"\(elsewhere[1])\"."
        }
        return ""
    }

    private func nearestOffset(above path: WireText) -> Int {
        var parts = path.split(at: UInt8(ascii: "/"))
        while parts.count > 1 {
            parts.removeLast()
            let above = WireText(parts.map(\.string).joined(separator: "/"))
            if let offset = offsets[above] { return offset }
        }
        return 0
    }

    // MARK: Values

    private mutating func value(_ path: WireText) -> JSON? {
        asked.append(path)
        var value: JSON? = root
        for name in path.split(at: UInt8(ascii: "/")).dropFirst() { value = value?[name] }
        return value
    }

    private mutating func text(_ value: JSON, _ path: WireText) -> WireText? {
        guard let text = value.text else {
            note(path, "This must be a string, not \(value.kind).")
            return nil
        }
        guard !text.isEmpty, text.byteCount <= 4_096, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            // What was copied out of a key file has line ends, and is best named for what it is.
            note(
                path,
                text.hasPrefix("-----BEGIN")
                    ? "Secrets do not stand in this file: name the file that holds the key."
                    : "This must have 1 to 4096 bytes and no control characters."
            )
            return nil
        }
        return text
    }

    private mutating func integer(_ value: JSON, _ path: WireText, in range: ClosedRange<Int>) -> Int? {
        let bounds = "from \(range.lowerBound) to \(range.upperBound)"
        guard let number = value.integer else {
            let found = if case .number(let number) = value { "\(number)" } else { value.kind }
            note(path, "This must be a whole number \(bounds), not \(found).")
            return nil
        }
        guard let integer = Int(exactly: number), range.contains(integer) else {
            note(path, "This must be a number \(bounds), not \(number).")
            return nil
        }
        return integer
    }

    private mutating func optionalFilePath(_ path: WireText, isOptional: Bool) -> String? {
        guard let value = value(path), !(isOptional && value == .null), let text = text(value, path) else { return nil }
        guard !text.hasPrefix("-----BEGIN") else {
            note(path, "Secrets do not stand in this file: name the file that holds the key.")
            return nil
        }
        return text.string
    }
}

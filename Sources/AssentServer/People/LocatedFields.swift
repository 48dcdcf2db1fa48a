import Text

/// Takes a file apart member by member, and remembers what is wrong with each and in which line.
struct LocatedFields {
    /// An object of the file whose names have been checked.
    struct Object {
        let value: JSON
        let path: WireText

        subscript(name: WireText) -> JSON? { value[name] }

        func path(of name: WireText) -> WireText { JSONPointer.appending(name, to: path) }
    }

    private(set) var problems: [DirectoryProblem] = []
    private let bytes: [UInt8]
    private let located: JSONReader.Located
    private lazy var offsets = located.offsets
    private var taken: [WireText: Set<WireText>] = [:]

    init(_ located: JSONReader.Located, in bytes: [UInt8]) {
        self.bytes = bytes
        self.located = located
        problems = located.duplicates.map { DirectoryProblem($0, in: bytes) }
    }

    mutating func object(
        _ value: JSON,
        at path: WireText,
        required: [WireText],
        optional: [WireText] = []
    ) -> Object? {
        guard let members = value.members else {
            report(path, "This must be an object, not \(value.kind).")
            return nil
        }
        for member in members where !required.contains(member.name) && !optional.contains(member.name) {
            report(JSONPointer.appending(member.name, to: path), "There is nothing of this name here.")
        }
        for name in required where value[name] == nil {
            report(path, "The member \(name) is missing.")
        }
        return Object(value: value, path: path)
    }

    mutating func text(_ object: Object, _ name: WireText, lengths: ClosedRange<Int>) -> WireText? {
        guard let value = object[name] else { return nil }
        guard let text = value.text else {
            report(object, name, "This must be a string, not \(value.kind).")
            return nil
        }
        // The APIs count code points, and none of them shows a control character.
        guard lengths.contains(text.string.unicodeScalars.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            report(object, name, "This must have \(lengths.lowerBound) to \(lengths.upperBound) printable characters.")
            return nil
        }
        return text
    }

    mutating func flag(_ object: Object, _ name: WireText) -> Bool? {
        guard let value = object[name] else { return nil }
        if value.boolean == nil { report(object, name, "This must be true or false, not \(value.kind).") }
        return value.boolean
    }

    mutating func choice<Choice: RawRepresentable<String>>(
        _ object: Object,
        _ name: WireText,
        _ choices: [Choice]
    ) -> Choice? {
        guard let value = object[name] else { return nil }
        guard let choice = choices.first(where: { WireText($0.rawValue) == value.text }) else {
            report(object, name, "This must be one of \(choices.map(\.rawValue).joined(separator: ", ")).")
            return nil
        }
        return choice
    }

    mutating func moment(_ object: Object, _ name: WireText) -> Timestamp? {
        guard let value = object[name] else { return nil }
        guard let moment = value.text.flatMap(Timestamp.init(rfc3339:)) else {
            report(object, name, "This must be a date and time with a zone, such as 2026-01-31T09:30:00Z.")
            return nil
        }
        return moment
    }

    /// Reports a text that another member of the same kind has already.
    mutating func claim(_ text: WireText?, as kind: WireText, _ object: Object, _ name: WireText) {
        guard let text, !taken[kind, default: []].insert(text).inserted else { return }
        report(object, name, "This is taken already.")
    }

    mutating func report(_ object: Object, _ name: WireText, _ sentence: String) {
        report(object.path(of: name), sentence)
    }

    private mutating func report(_ path: WireText, _ sentence: String) {
        problems.append(DirectoryProblem(path: path, offset: offsets[path] ?? 0, in: bytes, sentence))
    }
}

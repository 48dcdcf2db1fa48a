import Text

/// Templates as they are rendered: one list of steps for all of them.
///
/// A step is a few numbers, so that walking through them counts no references: threads that render at once would wait
/// for each other at every count.
struct Program: Sendable {
    private(set) var steps: [Step] = []
    /// Text between tags.
    private(set) var texts: [[UInt8]] = []
    /// Dotted names by their parts, one behind the other.
    private(set) var parts: [(text: WireText, mark: NameMark)] = []
    /// The steps of each fragment.
    private(set) var fragments: [Range<Int>] = []
    private var starts: [WireText: Int] = [:]

    /// Numbers of texts and fragments, and names by their places; a section has the steps behind it that are `inside`.
    enum Step: Sendable {
        case text(Int)
        case value(Range<Int>, escaped: Bool)
        case section(Range<Int>, inside: Int)
        case inverted(Range<Int>, inside: Int)
        case partial(Int)
    }

    init(_ fragments: [Fragment.Key: Fragment]) {
        let keys = Array(fragments.keys)
        let numbers = Dictionary(keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for (number, key) in keys.enumerated() {
            let start = steps.count
            append(fragments[key]?.pieces ?? [], numbers)
            self.fragments.append(start..<steps.count)
            if key.indentation.isEmpty { starts[key.name] = number }
        }
    }

    /// The number of the fragment that is the template of this name.
    func start(of name: WireText) -> Int? { starts[name] }

    private mutating func append(_ pieces: [Piece], _ numbers: [Fragment.Key: Int]) {
        for piece in pieces {
            switch piece {
            case .text(let bytes):
                steps.append(.text(texts.count))
                texts.append(bytes)
            case .value(let name, let escaped): steps.append(.value(place(of: name), escaped: escaped))
            case .section(let name, let inner):
                let (name, start) = (place(of: name), steps.count)
                steps.append(.section(name, inside: 0))
                append(inner, numbers)
                steps[start] = .section(name, inside: steps.count - start - 1)
            case .inverted(let name, let inner):
                let (name, start) = (place(of: name), steps.count)
                steps.append(.inverted(name, inside: 0))
                append(inner, numbers)
                steps[start] = .inverted(name, inside: steps.count - start - 1)
            case .partial(let key, _): if let number = numbers[key] { steps.append(.partial(number)) }
            }
        }
    }

    private mutating func place(of name: Name) -> Range<Int> {
        let start = parts.count
        for part in name.parts { parts.append((part, NameMark(part))) }
        return start..<parts.count
    }
}

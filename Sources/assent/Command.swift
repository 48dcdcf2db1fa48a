import AssentServer

/// What can be typed after `assent`: one file in `Commands`, one line in `Assent.swift`.
protocol Command: Sendable {
    static var name: String { get }
    /// One line for the overview.
    static var summary: String { get }
    /// Words that come before the options, as they are shown.
    static var operands: String { get }
    static var options: [Option] { get }
    static var examples: [String] { get }

    init()

    func run(_ arguments: Arguments) async throws(CommandFailure)
}

/// A named option.
struct Option: Sendable {
    let name: String
    /// What stands for its value in the help; absent for an option that is there or not.
    let value: String?
    let summary: String
    let isRepeatable: Bool

    init(_ name: String, _ value: String? = nil, _ summary: String, isRepeatable: Bool = false) {
        self.name = name
        self.value = value
        self.summary = summary
        self.isRepeatable = isRepeatable
    }

    /// Whether its value is one, which shells can complete.
    var takesFile: Bool { value.map { ["FILE", "FOLDER", "DATABASE", "CERT:KEY"].contains($0) } ?? false }

    fileprivate var spelling: String { value.map { "--\(name) \($0)" } ?? "--\(name)" }
}

/// Why a command did not do what it was asked to.
struct CommandFailure: Error {
    let sentence: String
    let exit: Exit

    init(_ sentence: String, exit: Exit = .failure) {
        self.sentence = sentence
        self.exit = exit
    }
}

extension CommandFailure {
    /// Keys that cannot be used as they are.
    init(_ failure: KeyFolder.Failure) {
        self.init(failure.sentence, exit: .configuration)
    }
}

/// How the program ends, in the numbers of sysexits.
enum Exit: Int32 {
    case success = 0
    case failure = 1
    case usage = 64
    case unavailable = 69
    case configuration = 78
}

extension Command {
    static var operands: String { "" }
    static var options: [Option] { [] }
    static var examples: [String] { [] }

    /// What can stand first: the words of the operands that are meant as they are.
    static var actions: [String] {
        operands.split(separator: "|").compactMap { part in
            guard let word = part.split(separator: " ").first, word.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else {
                return nil
            }
            return String(word)
        }
    }

    static var help: String {
        var text = "assent \(name): \(summary)\n\nusage: assent \(name)"
        if !operands.isEmpty { text += " \(operands)" }
        if !options.isEmpty {
            text += " [OPTION …]\n\n"
            let width = options.map(\.spelling.count).max() ?? 0
            text += options.map { option in
                let space = String(repeating: " ", count: width - option.spelling.count + 2)
                return "  \(option.spelling)\(space)\(option.summary)"
            }.joined(separator: "\n")
        }
        if !examples.isEmpty { text += "\n\nexamples:\n" + examples.map { "  \($0)" }.joined(separator: "\n") }
        return text
    }
}

/// The words after a command: operands in order, and options by name.
struct Arguments: Sendable {
    let operands: [String]
    private let values: [String: [String]]

    /// Refuses options that the command does not know, and values that are missing or too many.
    init(_ words: [String], for command: any Command.Type) throws(CommandFailure) {
        var operands: [String] = []
        var values: [String: [String]] = [:]
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                operands.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = command.options.first(where: { $0.name == name }) else {
                throw CommandFailure("there is no option --\(name); --help lists them.", exit: .usage)
            }
            let value: String
            if option.value == nil {
                guard parts.count == 1 else {
                    throw CommandFailure("the option --\(name) takes no value.", exit: .usage)
                }
                value = ""
            } else if parts.count == 2 {
                value = String(parts[1])
            } else {
                guard let next = rest.popFirst() else {
                    throw CommandFailure("the option --\(name) needs a value.", exit: .usage)
                }
                value = next
            }
            guard option.isRepeatable || values[name] == nil else {
                throw CommandFailure("the option --\(name) may be given once.", exit: .usage)
            }
            values[name, default: []].append(value)
        }
        self.operands = operands
        self.values = values
    }

    subscript(name: String) -> String? { values[name]?.first }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    func has(_ name: String) -> Bool { values[name] != nil }
}

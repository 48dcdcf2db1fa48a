/// Takes Swift apart into code, comments and literals: enough for the questions asked here.
struct SourceScanner {
    private(set) var code: [UInt8] = []
    private(set) var literals: [SourceFile.Literal] = []
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func scan() {
        while index < bytes.count { scanCode(untilParenthesis: false) }
    }

    /// Copies code; inside an interpolation it ends with the parenthesis that closes it.
    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while index < bytes.count {
            if starts(with: "//") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
            } else if starts(with: "/*") {
                skipBlockComment()
            } else if let hashes = literalStart() {
                scanLiteral(hashes: hashes)
            } else {
                if bytes[index] == UInt8(ascii: "(") { depth += 1 }
                if bytes[index] == UInt8(ascii: ")") {
                    depth -= 1
                    if untilParenthesis, depth < 0 {
                        index += 1
                        return
                    }
                }
                copy()
            }
        }
    }

    private mutating func skipBlockComment() {
        while index < bytes.count, !starts(with: "*/") {
            if bytes[index] == UInt8(ascii: "\n") { copy() } else { index += 1 }
        }
        index += 2
    }

    /// The number of hashes before the quotation mark of a literal, where one starts here.
    private func literalStart() -> Int? {
        var hashes = 0
        while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
        guard index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "\"") else { return nil }
        return hashes
    }

    private mutating func scanLiteral(hashes: Int) {
        let start = line
        let marks = starts(with: "\"\"\"", after: hashes) ? 3 : 1
        let close =
            [UInt8](repeating: UInt8(ascii: "\""), count: marks) + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        let escape = [UInt8(ascii: "\\")] + [UInt8](repeating: UInt8(ascii: "#"), count: hashes)
        index += hashes + marks
        code.append(UInt8(ascii: "\""))

        var text: [UInt8] = []
        var isInterpolated = false
        while index < bytes.count, !bytes[index...].starts(with: close) {
            if bytes[index...].starts(with: escape) {
                index += escape.count
                if index < bytes.count, bytes[index] == UInt8(ascii: "(") {
                    isInterpolated = true
                    index += 1
                    scanCode(untilParenthesis: true)
                } else {
                    index += 1
                }
            } else {
                text.append(bytes[index])
                if bytes[index] == UInt8(ascii: "\n") { copy() } else { index += 1 }
            }
        }
        index += close.count
        code.append(UInt8(ascii: "\""))
        literals.append(
            SourceFile.Literal(
                line: start,
                text: String(decoding: text, as: UTF8.self),
                isInterpolated: isInterpolated
            )
        )
    }

    private mutating func copy() {
        if bytes[index] == UInt8(ascii: "\n") { line += 1 }
        code.append(bytes[index])
        index += 1
    }

    private func starts(with word: String, after offset: Int = 0) -> Bool {
        bytes[min(index + offset, bytes.count)...].starts(with: word.utf8)
    }
}

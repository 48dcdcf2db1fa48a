import Text

/// The bytes of a file, for saying where in it something is.
struct SourceText {
    let file: String
    let bytes: [UInt8]

    func problem(at offset: Int, path: WireText = "", _ sentence: String) -> Problem {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: .newline).map { $0 + 1 } ?? 0
        return Problem(
            file: file,
            line: 1 + before.count { $0 == .newline },
            // The first bytes of characters: those that continue one begin with the bits 10.
            column: 1 + before[lineStart...].count { $0 & 0xC0 != 0x80 },
            path: path,
            sentence: sentence
        )
    }

    func problem(_ failure: JSONReader.Failure) -> Problem {
        problem(at: failure.offset, failure.reason.sentence)
    }
}

extension JSONReader.Failure.Reason {
    fileprivate var sentence: String {
        switch self {
        case .empty: "The file is empty; at least { } is needed."
        case .tooLong: "The file is too long to be read."
        case .tooDeep: "Brackets are nested deeper than \(Limits.jsonDepth) times."
        case .unexpectedByte: "Something else was expected here: a value, a comma, a colon or a bracket."
        case .unexpectedEnd: "The file ends here, in the middle of a value or a comment."
        case .badEscape: "After a backslash there must be one of \" \\ / b f n r t, or u and four hexadecimal digits."
        case .badNumber: "This is no number as JSON spells it."
        case .badUTF8: "These bytes are not UTF-8."
        case .loneSurrogate: "This escape is one half of a character."
        case .controlCharacter: "A string cannot hold a line end or another control character; write \\n."
        case .duplicateName(let name): "The name \"\(name)\" stood in this object before."
        case .trailingData: "Nothing may follow the last bracket."
        }
    }
}

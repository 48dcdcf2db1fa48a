package import Text

/// What is wrong with a file of persons, and where.
package struct DirectoryProblem: Sendable, Hashable {
    /// A JSON Pointer (RFC 6901), such as `/persons/0/accounts/1/currency`; empty for the file as a whole.
    package let path: WireText
    /// From 1.
    package let line: Int
    package let sentence: WireText
}

/// All that is wrong at once, so that nobody has to try again for each.
package struct DirectoryProblems: Error, Sendable, Hashable {
    package let problems: [DirectoryProblem]
}

extension DirectoryProblem {
    init(path: WireText, offset: Int, in bytes: [UInt8], _ sentence: String) {
        self.path = path
        line = 1 + bytes.prefix(offset).count { $0 == .newline }
        self.sentence = WireText(sentence)
    }

    /// Bytes that are no JSON, or that name a member twice.
    init(_ failure: JSONReader.Failure, in bytes: [UInt8]) {
        self.init(path: "", offset: failure.offset, in: bytes, "This is not JSON as we read it: \(failure.reason).")
    }
}

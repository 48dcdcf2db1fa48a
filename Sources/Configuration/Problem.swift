package import Text

/// Something that is wrong in a file, and where.
package struct Problem: Sendable, Hashable {
    package let file: String
    /// From 1.
    package let line: Int
    /// From 1, in characters as an editor counts them.
    package let column: Int
    /// The setting as a JSON Pointer (RFC 6901), such as `/issuing/codeSeconds`; empty for the file as a whole.
    package let path: WireText
    /// What would be right.
    package let sentence: String
}

extension Problem: CustomStringConvertible {
    package var description: String {
        let place = "\(file):\(line):\(column): "
        return path.isEmpty ? place + sentence : place + "\(path): \(sentence)"
    }
}

/// All that is wrong at once and in the order of the file, so that nobody has to start again for each.
package struct Problems: Error, Sendable, Hashable {
    package let problems: [Problem]
}

extension Problems: CustomStringConvertible {
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

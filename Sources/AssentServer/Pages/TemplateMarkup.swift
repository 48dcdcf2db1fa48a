internal import Mustache
internal import Text

/// What no template may hold, because a page runs nothing and asks nobody for anything.
enum TemplateMarkup {
    private static let forbidden: [(pattern: [UInt8], sentence: String)] = [
        ("<script", "a page has no script"),
        ("<object", "a page embeds nothing"),
        ("<embed", "a page embeds nothing"),
        ("<base", "the addresses of a page are its own"),
        ("http-equiv", "what a header says stands in no page"),
        (" style=", "the style of a page stands in one block, whose digest is in the policy"),
        ("javascript:", "a page has no script"),
        ("@import", "a page loads nothing"),
        ("url(", "a page loads nothing"),
        ("srcset=", "a picture has one source"),
    ].map { (pattern: Array($0.utf8), sentence: $1) }

    /// Everything of that kind, with its file, line and column.
    static func problems(in files: [TemplateFile]) -> [String] {
        files.sorted { $0.name < $1.name }.flatMap { file in
            let bytes = file.bytes.map(\.lowercasedASCII)
            // Most files hold none of them anywhere, and need not be looked at line by line.
            let forbidden = Self.forbidden.filter { !places(of: $0.pattern, in: bytes).isEmpty }
            return bytes.split(separator: .newline, omittingEmptySubsequences: false).enumerated().flatMap {
                number,
                line in
                problems(in: Array(line), forbidden).map { column, sentence in
                    "\(file.name).mustache:\(number + 1):\(column + 1): \(sentence)"
                }
            }
        }
    }

    private static func problems(
        in line: [UInt8],
        _ forbidden: [(pattern: [UInt8], sentence: String)]
    ) -> [(column: Int, sentence: String)] {
        var problems: [(column: Int, sentence: String)] = forbidden.flatMap { forbidden in
            // An attribute begins behind the space before it.
            places(of: forbidden.pattern, in: line).map {
                (column: $0 + (forbidden.pattern.first == .space ? 1 : 0), sentence: forbidden.sentence)
            }
        }
        for start in places(of: handler, in: line) where isHandler(line[(start + 3)...]) {
            problems.append((column: start + 1, sentence: "a page has no script"))
        }
        for start in places(of: source, in: line) where !isOurs(line[(start + 5)...]) {
            problems.append(
                (column: start + 1, sentence: "a picture comes from this server or stands in the page as data:")
            )
        }
        return problems.sorted { $0.column < $1.column }
    }

    /// `click=` behind ` on`.
    private static func isHandler(_ rest: ArraySlice<UInt8>) -> Bool {
        let name = rest.prefix { $0.isLowercase }
        return name.count > 2 && rest.dropFirst(name.count).first == UInt8(ascii: "=")
    }

    private static func isOurs(_ rest: ArraySlice<UInt8>) -> Bool {
        let value = rest.drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
        return ["data:image/", "/", "{{"].contains { value.starts(with: $0.utf8) } && !value.starts(with: "//".utf8)
    }

    private static let handler = Array(" on".utf8)
    private static let source = Array(" src=".utf8)

    /// Where a text begins.
    static func places(of wanted: [UInt8], in bytes: [UInt8]) -> [Int] {
        var places: [Int] = []
        let span = bytes.span
        let last = bytes.count - wanted.count
        var start = 0
        while start <= last, let found = span.firstIndex(of: wanted[0], in: start..<(last + 1)) {
            if bytes[found..<(found + wanted.count)].elementsEqual(wanted) { places.append(found) }
            start = found + 1
        }
        return places
    }
}

import Fuzzing
import HTTP
import Text

/// A cookie is found where a reader that splits at every semicolon finds it, and one that was set is found again.
enum FuzzedCookie {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes) else { return .refused }
        if SetCookie(name, text) != nil, let field = FieldValue(WireText("a=b; \(name)=\(text)")) {
            var fields = Fields()
            fields.append(.cookie, field)
            try require(Cookie.read(name, from: fields) == .value(text), "what was set is not found")
        }
        guard let field = FieldValue(text) else { return .refused }
        var fields = Fields()
        fields.append(.cookie, field)
        let found = Cookie.read(name, from: fields)
        let values = text.split(at: UInt8(ascii: ";")).compactMap { value(of: $0.bytes[...]) }
        switch values.count {
        case 0: try require(found == .absent, "a cookie out of nothing")
        case 1: try require(found == WireText(values[0]).map { Cookie.value($0) }, "another value")
        default: try require(found == .repeated, "one of several is believed")
        }
        return found == .absent ? .refused : .accepted
    }

    private static let name: WireText = "__Host-s"

    private static func value(of piece: ArraySlice<UInt8>) -> [UInt8]? {
        var pair = piece
        while let first = pair.first, first == .space || first == .horizontalTab { pair.removeFirst() }
        while let last = pair.last, last == .space || last == .horizontalTab { pair.removeLast() }
        let start = name.bytes + [UInt8(ascii: "=")]
        return pair.starts(with: start) ? Array(pair.dropFirst(start.count)) : nil
    }
}

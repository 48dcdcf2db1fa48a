import Text

/// A path of a route, cut where its names stand.
struct PathPattern: Sendable {
    private enum Piece: Sendable {
        /// Whole segments with the slashes around them.
        case fixed(String)
        /// Any one segment.
        case named(WireText)
    }

    let text: WireText
    private let pieces: [Piece]

    init?(_ text: WireText) {
        guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0.isTargetCharacter && $0 != UInt8(ascii: "?") })
        else { return nil }
        self.text = text
        var pieces: [Piece] = []
        var names: Set<WireText> = []
        var fixed = ""
        for segment in text.split(at: UInt8(ascii: "/")).dropFirst() {
            fixed += "/"
            guard segment.hasPrefix(":") else {
                fixed += segment.string
                continue
            }
            let name = WireText(segment.utf8.dropFirst())
            guard !name.isEmpty, names.insert(name).inserted else { return nil }
            pieces.append(.fixed(fixed))
            pieces.append(.named(name))
            fixed = ""
        }
        if !fixed.isEmpty { pieces.append(.fixed(fixed)) }
        self.pieces = pieces
    }

    var hasNames: Bool { pieces.count > 1 }

    var slashes: Int { text.utf8.count { $0 == UInt8(ascii: "/") } }

    /// The named parts of a path, or `nil` where it is another path.
    func match(_ path: borrowing Span<UInt8>) -> PathParts? {
        var parts: [(name: WireText, value: WireText)] = []
        var index = 0
        for piece in pieces {
            switch piece {
            case .fixed(let text):
                guard path.matches(text, at: index) else { return nil }
                index += text.utf8.count
            case .named(let name):
                let start = index
                while index < path.count, path[index] != UInt8(ascii: "/") { index += 1 }
                guard let value = Self.part(path, in: start..<index) else { return nil }
                parts.append((name, value))
            }
        }
        guard index == path.count else { return nil }
        return PathParts(pairs: parts)
    }

    /// Whether some path fits both.
    func overlaps(_ other: PathPattern) -> Bool {
        let left = text.split(at: UInt8(ascii: "/"))
        let right = other.text.split(at: UInt8(ascii: "/"))
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { pair in
            pair.0.hasPrefix(":") || pair.1.hasPrefix(":") || pair.0 == pair.1
        }
    }

    /// A segment decoded once.
    ///
    /// Refused are the empty one, dots, and what would be a second path or another text once decoded:
    /// slashes of both kinds and controls.
    private static func part(_ path: borrowing Span<UInt8>, in range: Range<Int>) -> WireText? {
        guard let part = PercentEncoding.decode(path, in: range, plusIsSpace: false), !part.isEmpty,
            part != ".", part != ".."
        else { return nil }
        for byte in part.utf8 {
            guard byte > 0x1F, byte != 0x7F, byte != UInt8(ascii: "/"), byte != UInt8(ascii: "\\") else { return nil }
        }
        return part
    }
}

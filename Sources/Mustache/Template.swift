import Text

/// A template of a set, with all partials it needs.
package struct Template: Sendable {
    let fragments: [Fragment.Key: Fragment]
    let start: Fragment

    /// The bytes of the template filled from `view`.
    package func render(_ view: View, capacity: Int = 16_384) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(capacity)
        render(view, into: &output)
        return output
    }

    /// Appends the template filled from `view`.
    package func render(_ view: View, into output: inout [UInt8]) {
        var renderer = Renderer(fragments: fragments, output: output, contexts: [view])
        output = []
        renderer.append(start.pieces, partialsAbove: 0)
        output = renderer.output
    }
}

/// One file as it is used at one place: its pieces, each line indented as the tag that calls it.
struct Fragment: Sendable {
    let key: Key
    let pieces: [Piece]

    struct Key: Sendable, Hashable {
        let name: WireText
        let indentation: [UInt8]
    }
}

/// What a template is made of.
enum Piece: Sendable {
    case text([UInt8])
    case value(Name, escaped: Bool)
    case section(Name, [Piece])
    case inverted(Name, [Piece])
    case partial(Fragment.Key, Position)
}

/// A dotted name and where it stands; without parts it is `.`, the value at hand.
struct Name: Sendable {
    let parts: [WireText]
    let position: Position

    var spelled: WireText {
        parts.isEmpty ? "." : WireText(parts.map(\.string).joined(separator: "."))
    }
}

/// Where a tag begins; both count from 1, columns in bytes.
struct Position: Sendable, Hashable {
    let line: Int
    let column: Int
}

import Text

/// A template of a set, with all partials it needs.
package struct Template: Sendable {
    private let program: Program
    private let start: Int

    init?(_ name: WireText, of program: Program) {
        guard let start = program.start(of: name) else { return nil }
        self.program = program
        self.start = start
    }

    /// The bytes of the template filled from `view`; its gaps stay empty.
    package func render(_ view: View, capacity: Int = 16_384) -> [UInt8] {
        draft(view, capacity: capacity).bytes
    }

    /// The template filled from `view`, but for its gaps.
    package func draft(_ view: View, capacity: Int = 16_384) -> Draft {
        var renderer = Renderer(view, capacity: capacity)
        renderer.append(program.fragments[start], of: program, partialsAbove: 0)
        return renderer.output
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

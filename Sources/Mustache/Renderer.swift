import Text

/// Fills one template from one view.
struct Renderer {
    let fragments: [Fragment.Key: Fragment]
    var output: [UInt8]
    /// The values around the place being rendered, the innermost last.
    var contexts: [View]

    /// Appends `pieces`; its recursion ends because sections and partials have a depth.
    mutating func append(_ pieces: [Piece], partialsAbove depth: Int) {
        for piece in pieces {
            switch piece {
            case .text(let bytes): output.append(contentsOf: bytes)
            case .value(let name, let escaped): append(name, escaped: escaped)
            case .section(let name, let inner):
                guard let value = value(of: name), value.isShown else { continue }
                append(inner, for: value, partialsAbove: depth)
            case .inverted(let name, let inner):
                guard value(of: name)?.isShown != true else { continue }
                append(inner, partialsAbove: depth)
            case .partial(let key, _):
                guard depth < Limits.templateDepth, let fragment = fragments[key] else { continue }
                append(fragment.pieces, partialsAbove: depth + 1)
            }
        }
    }

    private mutating func append(_ name: Name, escaped: Bool) {
        guard case .text(let text)? = value(of: name) else { return }
        if escaped {
            HTMLEscape.append(text, to: &output)
        } else {
            output.append(contentsOf: text.utf8)
        }
    }

    private mutating func append(_ pieces: [Piece], for value: View, partialsAbove depth: Int) {
        let elements = if case .list(let elements) = value { elements } else { [value] }
        for element in elements {
            contexts.append(element)
            append(pieces, partialsAbove: depth)
            contexts.removeLast()
        }
    }

    /// The first part is looked up from the inside out; the others belong to what was found.
    private func value(of name: Name) -> View? {
        guard let first = name.parts.first else { return contexts.last }
        for index in contexts.indices.reversed() {
            guard var found = contexts[index][first] else { continue }
            for part in name.parts.dropFirst() {
                guard let next = found[part] else { return nil }
                found = next
            }
            return found
        }
        return nil
    }
}

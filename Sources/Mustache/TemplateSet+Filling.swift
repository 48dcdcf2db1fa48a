package import Text

/// Templates with values in their places already, for what is the same on every page.
package struct FilledTemplates: Sendable {
    private let program: Program

    fileprivate init(_ program: Program) {
        self.program = program
    }

    /// The template of this name.
    package subscript(name: WireText) -> Template? { Template(name, of: program) }
}

extension TemplateSet {
    /// The same templates with these values in their places.
    ///
    /// Only names of several parts are filled in. A name of a single part may mean another thing in each section. One of
    /// several that a section hides from its page is refused when the templates are read, as one that is not offered.
    package func filled(with values: View) -> FilledTemplates {
        FilledTemplates(Program(fragments.mapValues { $0.filled(with: values) }))
    }
}

extension Fragment {
    fileprivate func filled(with values: View) -> Fragment {
        Fragment(key: key, pieces: pieces.filled(with: values))
    }
}

extension [Piece] {
    fileprivate func filled(with values: View) -> [Piece] {
        var filled: [Piece] = []
        for piece in self {
            switch piece {
            case .text(let bytes): filled.appendText(bytes)
            case .value(let name, let escaped):
                if let text = values.text(of: name) {
                    var bytes: [UInt8] = []
                    if escaped { HTMLEscape.append(text, to: &bytes) } else { bytes = text.bytes }
                    filled.appendText(bytes)
                } else {
                    filled.append(piece)
                }
            case .section(let name, let inner): filled.append(.section(name, inner.filled(with: values)))
            case .inverted(let name, let inner): filled.append(.inverted(name, inner.filled(with: values)))
            case .partial: filled.append(piece)
            }
        }
        return filled
    }

    /// Adds text to the text before it, so that both are one.
    private mutating func appendText(_ bytes: [UInt8]) {
        if case .text(let before)? = last {
            self[count - 1] = .text(before + bytes)
        } else {
            append(.text(bytes))
        }
    }
}

extension View {
    fileprivate func text(of name: Name) -> WireText? {
        guard name.parts.count > 1 else { return nil }
        var found = self
        for part in name.parts {
            guard let next = found[part] else { return nil }
            found = next
        }
        guard case .text(let text) = found else { return nil }
        return text
    }
}

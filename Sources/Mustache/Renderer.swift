import Text

/// Fills one template from one view.
struct Renderer {
    private(set) var output: Draft
    /// The values around the place being rendered, the innermost last.
    private var contexts: [View]

    init(_ view: View, capacity: Int) {
        output = Draft(capacity: capacity)
        contexts = [view]
    }

    /// Appends these steps; its recursion ends because sections and partials have a depth.
    mutating func append(_ steps: Range<Int>, of program: Program, partialsAbove depth: Int) {
        var index = steps.lowerBound
        while index < steps.upperBound {
            let step = program.steps[index]
            index += 1
            switch step {
            case .text(let number): output.bytes.append(contentsOf: program.texts[number])
            case .value(let name, let escaped): append(value(of: name, in: program), escaped: escaped)
            case .section(let name, let count):
                let inside = index..<(index + count)
                index = inside.upperBound
                guard let value = value(of: name, in: program), value.isShown else { continue }
                append(inside, for: value, of: program, partialsAbove: depth)
            case .inverted(let name, let count):
                let inside = index..<(index + count)
                index = inside.upperBound
                guard value(of: name, in: program)?.isShown != true else { continue }
                append(inside, of: program, partialsAbove: depth)
            case .partial(let number):
                guard depth < Limits.templateDepth else { continue }
                append(program.fragments[number], of: program, partialsAbove: depth + 1)
            }
        }
    }

    private mutating func append(_ value: View?, escaped: Bool) {
        switch value {
        case .text(let text)?:
            if escaped {
                HTMLEscape.append(text, to: &output.bytes)
            } else {
                output.bytes.append(contentsOf: text.utf8)
            }
        case .gap(let name)?: output.leaveGap(name)
        case .missing?, .flag?, .list?, .object?, nil: return
        }
    }

    private mutating func append(
        _ steps: Range<Int>,
        for value: View,
        of program: Program,
        partialsAbove depth: Int
    ) {
        guard case .list(let elements) = value else {
            return append(steps, in: value, of: program, partialsAbove: depth)
        }
        for element in elements { append(steps, in: element, of: program, partialsAbove: depth) }
    }

    private mutating func append(
        _ steps: Range<Int>,
        in context: View,
        of program: Program,
        partialsAbove depth: Int
    ) {
        contexts.append(context)
        append(steps, of: program, partialsAbove: depth)
        contexts.removeLast()
    }

    /// The first part is looked up from the inside out; the others belong to what was found.
    private func value(of name: Range<Int>, in program: Program) -> View? {
        guard !name.isEmpty else { return contexts.last }
        let (parts, contexts) = (program.parts.span, contexts.span)
        let first = name.lowerBound
        for index in contexts.indices.reversed() {
            guard var found = contexts[index][parts[first].text, parts[first].mark] else { continue }
            for part in name.dropFirst() {
                guard let next = found[parts[part].text, parts[part].mark] else { return nil }
                found = next
            }
            return found
        }
        return nil
    }
}

import Text

/// A set of templates on its way: files to fragments, and every call of a partial followed to its end.
struct TemplateSetReader {
    private let rules: TemplateRules
    private var sources: [WireText: [UInt8]] = [:]
    private var extents: [Fragment.Key: Extent] = [:]
    private var callers: [Fragment.Key] = []

    private(set) var fragments: [Fragment.Key: Fragment] = [:]
    private(set) var problems: [TemplateProblem] = []

    /// How much a fragment is with all its partials.
    private struct Extent {
        var pieces = 0
        var depth = 0
    }

    init(rules: TemplateRules) {
        self.rules = rules
    }

    mutating func read(_ files: [TemplateFile]) {
        for file in files {
            if let reason = reasonToRefuse(file) {
                problems.append(TemplateProblem(file.name, reason))
                continue
            }
            sources[file.name] = file.bytes
            let key = Fragment.Key(name: file.name, indentation: [])
            let (fragment, found) = TemplateReader.read(file.bytes, as: key, rules: rules)
            fragments[key] = fragment
            problems += found
        }
    }

    mutating func joinPartials() {
        for name in sources.keys.sorted() {
            let key = Fragment.Key(name: name, indentation: [])
            guard let fragment = fragments[key] else { continue }
            let extent = join(fragment)
            if extent.pieces > Limits.templatePieces { problems.append(TemplateProblem(name, .partialsTooMany)) }
        }
    }

    private func reasonToRefuse(_ file: TemplateFile) -> TemplateProblem.Reason? {
        guard file.name.isTemplateName else { return .nameNotAllowed }
        guard sources[file.name] == nil else { return .nameTwice }
        guard file.bytes.count <= Limits.templateBytes else { return .tooLong(bytes: file.bytes.count) }
        return nil
    }
}

// MARK: Partials

extension TemplateSetReader {
    private mutating func join(_ fragment: Fragment) -> Extent {
        if let known = extents[fragment.key] { return known }
        callers.append(fragment.key)
        let extent = extent(of: fragment.pieces, in: fragment)
        callers.removeLast()
        extents[fragment.key] = extent
        return extent
    }

    private mutating func extent(of pieces: [Piece], in caller: Fragment) -> Extent {
        var sum = Extent()
        for piece in pieces {
            let inner: Extent
            switch piece {
            case .text, .value: inner = Extent()
            case .section(_, let pieces), .inverted(_, let pieces): inner = extent(of: pieces, in: caller)
            case .partial(let key, let position):
                do {
                    inner = try follow(key)
                } catch {
                    problems.append(TemplateProblem(caller.key.name, position, error))
                    inner = Extent()
                }
            }
            // Sums of sums of sums: they may be as large as numbers are.
            let (pieces, overflow) = sum.pieces.addingReportingOverflow(inner.pieces)
            sum.pieces = overflow || pieces == .max ? .max : pieces + 1
            sum.depth = max(sum.depth, inner.depth)
        }
        return sum
    }

    private mutating func follow(_ key: Fragment.Key) throws(TemplateProblem.Reason) -> Extent {
        guard rules.allowsRecursion || !callers.contains(where: { $0.name == key.name }) else {
            throw .partialRecursive(key.name)
        }
        // Where recursion is allowed, the renderer stops at the same depth.
        guard callers.count <= Limits.templateDepth else {
            guard rules.allowsRecursion else { throw .partialsTooDeep }
            return Extent()
        }
        guard let fragment = try fragment(key) else {
            guard rules.allowsMissingPartials else { throw .partialNotThere(key.name) }
            return Extent()
        }
        // Recursion without indentation comes back to the same fragment, which is being joined already.
        guard !callers.contains(key) else { return Extent() }
        var extent = join(fragment)
        extent.depth += 1
        guard rules.allowsRecursion || callers.count + extent.depth <= Limits.templateDepth + 1 else {
            throw .partialsTooDeep
        }
        return extent
    }

    private mutating func fragment(_ key: Fragment.Key) throws(TemplateProblem.Reason) -> Fragment? {
        if let fragment = fragments[key] { return fragment }
        guard let bytes = sources[key.name] else { return nil }
        guard fragments.count < Limits.templateFragments else { throw .partialsTooMany }
        let fragment = TemplateReader.read(bytes, as: key, rules: rules).fragment
        fragments[key] = fragment
        return fragment
    }
}

extension WireText {
    /// A closed set of letters, so that no name is a path.
    fileprivate var isTemplateName: Bool {
        !isEmpty && byteCount <= Limits.templateNameBytes
            && utf8.allSatisfy { byte in
                byte.isLowercase || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}

import Text

/// Holds a template to what its page offers, without rendering it.
///
/// Both branches of every section are walked, so a name is found out even where no sample would
/// have reached it.
struct TemplateCheck {
    private let fragments: [Fragment.Key: Fragment]
    private var callers: [WireText] = []
    private var problems: [TemplateProblem] = []

    static func problems(
        of page: Fragment,
        among fragments: [Fragment.Key: Fragment],
        with samples: [View]
    ) -> [TemplateProblem] {
        var check = TemplateCheck(fragments: fragments)
        check.walk(page, [Offer(samples)])
        return check.problems
    }

    private init(fragments: [Fragment.Key: Fragment]) {
        self.fragments = fragments
    }

    private mutating func walk(_ fragment: Fragment, _ contexts: [Offer]) {
        // A partial that calls itself has been walked with the outermost of its values.
        guard !callers.contains(fragment.key.name) else { return }
        callers.append(fragment.key.name)
        walk(fragment.pieces, of: fragment, contexts)
        callers.removeLast()
    }

    private mutating func walk(_ pieces: [Piece], of fragment: Fragment, _ contexts: [Offer]) {
        for piece in pieces {
            switch piece {
            case .text: continue
            case .value(let name, _):
                switch resolve(name, in: fragment, contexts)?.kind {
                case nil, .unknown, .text: continue
                case .flag, .list, .object: report(.notText(name.spelled), name, fragment)
                }
            case .section(let name, let inner):
                guard let offer = resolve(name, in: fragment, contexts) else { continue }
                let context = offer.kind == .list ? offer.element : offer
                if context.kind == .unknown {
                    report(.neverSampled(name.spelled), name, fragment)
                } else {
                    walk(inner, of: fragment, contexts + [context])
                }
            case .inverted(let name, let inner):
                guard resolve(name, in: fragment, contexts) != nil else { continue }
                walk(inner, of: fragment, contexts)
            case .partial(let key, _):
                if let partial = fragments[key] { walk(partial, contexts) }
            }
        }
    }

    /// The way of the renderer, with a problem where that one finds nothing.
    private mutating func resolve(_ name: Name, in fragment: Fragment, _ contexts: [Offer]) -> Offer? {
        guard let first = name.parts.first else { return contexts.last }
        guard var found = contexts.reversed().lazy.compactMap({ $0[first] }).first else {
            report(.nameNotOffered(name.spelled), name, fragment)
            return nil
        }
        for part in name.parts.dropFirst() {
            if found.kind == .unknown {
                report(.neverSampled(name.spelled), name, fragment)
                return nil
            }
            guard let next = found[part] else {
                report(.nameNotOffered(name.spelled), name, fragment)
                return nil
            }
            found = next
        }
        return found
    }

    private mutating func report(_ reason: TemplateProblem.Reason, _ name: Name, _ fragment: Fragment) {
        let problem = TemplateProblem(fragment.key.name, name.position, reason)
        // A partial is walked once for every call.
        if !problems.contains(problem) { problems.append(problem) }
    }
}

/// What samples show together of a value; only what a template asks for is taken out of them.
private struct Offer {
    let kind: Kind
    /// All of that kind.
    private let samples: [View]

    enum Kind {
        /// Missing in every sample, or an element of a list that was always empty.
        case unknown
        case flag
        case text
        case list
        case object

        init(_ view: View) {
            self =
                switch view {
                case .missing: .unknown
                case .flag: .flag
                case .text, .gap: .text
                case .list: .list
                case .object: .object
                }
        }
    }

    /// Where samples contradict, the first one holds.
    init(_ samples: [View]) {
        let kind = samples.lazy.map { Kind($0) }.first { $0 != .unknown } ?? .unknown
        self.kind = kind
        self.samples = samples.filter { Kind($0) == kind }
    }

    /// What the elements of all lists show together.
    var element: Offer {
        Offer(
            samples.flatMap { sample in
                if case .list(let elements) = sample { elements } else { [View]() }
            }
        )
    }

    /// A member, or `nil` where no sample names it.
    subscript(name: WireText) -> Offer? {
        let found = samples.compactMap { $0[name] }
        return found.isEmpty ? nil : Offer(found)
    }
}

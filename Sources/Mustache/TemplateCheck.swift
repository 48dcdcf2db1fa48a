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
        let offer = samples.reduce(Offer.unknown) { $0.joined(with: Offer($1)) }
        check.walk(page, [offer])
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
                switch resolve(name, in: fragment, contexts) {
                case nil, .unknown, .text: continue
                case .flag, .list, .object: report(.notText(name.spelled), name, fragment)
                }
            case .section(let name, let inner):
                guard let offer = resolve(name, in: fragment, contexts) else { continue }
                let context = if case .list(let element) = offer { element } else { offer }
                if case .unknown = context {
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
        guard var found = contexts.reversed().lazy.compactMap({ $0.members?[first] }).first else {
            report(.nameNotOffered(name.spelled), name, fragment)
            return nil
        }
        for part in name.parts.dropFirst() {
            if case .unknown = found {
                report(.neverSampled(name.spelled), name, fragment)
                return nil
            }
            guard let next = found.members?[part] else {
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

/// The kind of a value, learned from samples.
private indirect enum Offer {
    /// Missing in every sample, or an element of a list that was always empty.
    case unknown
    case flag
    case text
    case list(Offer)
    case object([WireText: Offer])

    init(_ view: View) {
        switch view {
        case .missing: self = .unknown
        case .flag: self = .flag
        case .text, .gap: self = .text
        case .list(let elements): self = .list(elements.reduce(.unknown) { $0.joined(with: Offer($1)) })
        case .object(let members):
            self = .object(Dictionary(members.map { ($0.name, Offer($0.value)) }) { $0.joined(with: $1) })
        }
    }

    var members: [WireText: Offer]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// What both samples show together; where they contradict, the first one holds.
    func joined(with other: Offer) -> Offer {
        switch (self, other) {
        case (.unknown, _): other
        case (.list(let left), .list(let right)): .list(left.joined(with: right))
        case (.object(let left), .object(let right)): .object(left.merging(right) { $0.joined(with: $1) })
        default: self
        }
    }
}

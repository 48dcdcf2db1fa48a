internal import Consents
internal import Text

/// What the rules of a place make of the pages.
///
/// In which clusters things are shown, in which order, whether they are open, and what is said beside them. All of it is
/// data; no code asks which rules they are.
struct Regime: Sendable {
    /// `regimes/NAME.json`.
    let name: String
    /// Of `wording/WORDING.LANGUAGE.json`.
    let wording: WireText
    let clusters: [Cluster]
    let areClustersOpen: Bool
    /// What is said beside the rest, by names of lines of the wording.
    let lines: [Page: [WireText]]
    /// What stands in those lines.
    let values: [WireText: WireText]

    /// Where something is said beside the rest.
    enum Page: String, CaseIterable {
        case login
        case consent
        case stop
    }

    struct Cluster: Sendable {
        let title: WireText
        let lines: [Line]
        /// Lines of a consent of which it needs one, where it needs any.
        let when: Set<WireText>
        /// Lines of a consent beside which it is not there.
        let unless: Set<WireText>
    }

    /// A phrase, and the lines of a consent that it speaks of.
    struct Line: Sendable {
        let phrase: WireText
        let when: Set<WireText>
    }

    /// What there is to say of these permissions, in order: clusters that are not empty, with their phrases.
    func groups(of permissions: [Permission]) -> [(title: WireText, phrases: [WireText])] {
        groups(of: Set(PermissionGroup.groups(of: permissions).flatMap(\.lines)))
    }

    private func groups(of asked: Set<WireText>) -> [(title: WireText, phrases: [WireText])] {
        clusters.compactMap { cluster in
            guard cluster.when.isEmpty || !cluster.when.isDisjoint(with: asked), cluster.unless.isDisjoint(with: asked)
            else { return nil }
            let phrases = cluster.lines.filter { !$0.when.isDisjoint(with: asked) }.map(\.phrase)
            return phrases.isEmpty ? nil : (cluster.title, phrases)
        }
    }

    /// Every phrase that can be shown, so that wording can be held to it.
    var phrases: [WireText] {
        var phrases: [WireText] = []
        for phrase in clusters.flatMap(\.lines).map(\.phrase) where !phrases.contains(phrase) { phrases.append(phrase) }
        return phrases
    }
}

extension Regime {
    /// Reads `regimes/NAME.json`, and says everything that is wrong with it.
    init(_ bytes: [UInt8], _ name: String) throws(PageProblems) {
        var reading = PageWords.Reading()
        let document = reading.document(bytes, name)
        self.name = name
        wording = reading.text(document, "wording")
        areClustersOpen = document.value["clusters_are_open"]?.boolean ?? false
        clusters = (document.value["clusters"]?.array ?? []).compactMap { Cluster($0) }
        if clusters.isEmpty || clusters.count != document.value["clusters"]?.array?.count {
            reading.complain("clusters must each have a title and lines", name)
        }
        var lines: [Page: [WireText]] = [:]
        for page in Page.allCases {
            guard let named = document.value["lines"]?[WireText(page.rawValue)]?.texts else {
                reading.complain("lines.\(page.rawValue) is no list of names", name)
                continue
            }
            lines[page] = named
        }
        self.lines = lines
        var values: [WireText: WireText] = [:]
        for (key, place) in [("uses_a_day", "uses"), ("reconfirm_days", "days")] as [(WireText, WireText)] {
            switch document.value[key] {
            case .integer(let number)? where number > 0: values[place] = WireText("\(number)")
            case nil, .null?: break
            default: reading.complain("\(key) is no number above 0", name)
            }
        }
        self.values = values
        // Whatever can be asked for is shown, or it would be shared unseen.
        for line in PermissionGroup.everyLine where groups(of: [line]).isEmpty {
            reading.complain("no cluster shows \(line)", name)
        }
        guard reading.problems.isEmpty else { throw PageProblems(sentences: reading.problems) }
    }
}

extension Regime.Cluster {
    fileprivate init?(_ json: JSON) {
        guard let title = json["title"]?.text, let array = json["lines"]?.array, !array.isEmpty else { return nil }
        let lines = array.compactMap { Regime.Line($0) }
        guard lines.count == array.count else { return nil }
        self.init(
            title: title,
            lines: lines,
            when: Set(json["when"]?.texts ?? []),
            unless: Set(json["unless"]?.texts ?? [])
        )
    }
}

extension Regime.Line {
    /// The name of a line, which is its own phrase; or a phrase, and the lines that it speaks of.
    fileprivate init?(_ json: JSON) {
        if let name = json.text {
            self.init(phrase: name, when: [name])
            return
        }
        guard let phrase = json["phrase"]?.text, let when = json["when"]?.texts, !when.isEmpty else { return nil }
        self.init(phrase: phrase, when: Set(when))
    }
}

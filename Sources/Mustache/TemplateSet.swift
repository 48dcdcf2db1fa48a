package import Text

/// A template as it came, named like its file without `.mustache`.
package struct TemplateFile: Sendable {
    package let name: WireText
    package let bytes: [UInt8]

    package init(_ name: WireText, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// What a page offers to its template, by example.
package struct TemplatePage: Sendable {
    package let name: WireText
    /// Views that together show every name and the inside of every list and object.
    package let samples: [View]

    package init(_ name: WireText, _ samples: [View]) {
        self.name = name
        self.samples = samples
    }
}

/// All templates of a folder, read together and found to fit.
package struct TemplateSet: Sendable {
    let fragments: [Fragment.Key: Fragment]
    private let program: Program

    private init(fragments: [Fragment.Key: Fragment]) {
        self.fragments = fragments
        program = Program(fragments)
    }

    /// Reads all files and holds each page to its samples; nothing is kept unless all is well.
    package static func read(
        _ files: [TemplateFile],
        rules: TemplateRules = .pages,
        pages: [TemplatePage] = []
    ) throws(TemplateProblems) -> TemplateSet {
        var reading = TemplateSetReader(rules: rules)
        reading.read(files)
        if reading.problems.isEmpty { reading.joinPartials() }
        guard reading.problems.isEmpty else { throw TemplateProblems(problems: reading.problems) }

        let set = TemplateSet(fragments: reading.fragments)
        let problems = pages.flatMap { set.problems(of: $0) }
        guard problems.isEmpty else { throw TemplateProblems(problems: problems) }
        return set
    }

    /// The template of this name.
    package subscript(name: WireText) -> Template? { Template(name, of: program) }

    /// What the template of a page asks for and the samples of the page do not offer.
    package func problems(of page: TemplatePage) -> [TemplateProblem] {
        guard let fragment = fragments[Fragment.Key(name: page.name, indentation: [])] else {
            return [TemplateProblem(page.name, .pageNotThere)]
        }
        return TemplateCheck.problems(of: fragment, among: fragments, with: page.samples)
    }
}

package import Text

/// What is wrong with a template, and where.
package struct TemplateProblem: Sendable, Hashable {
    /// The name of the template, which is the name of its file without `.mustache`.
    package let template: WireText
    package let line: Int
    package let column: Int
    package let reason: Reason

    package enum Reason: Error, Hashable {
        // Of the files.
        case nameNotAllowed
        case nameTwice
        case tooLong(bytes: Int)
        case pageNotThere
        // Of the text.
        case tagNotClosed
        case tagEmpty
        case tagUnknown
        case tagUnescaped
        case nameMalformed
        case delimitersMalformed
        case sectionNotClosed(WireText)
        case sectionNotOpened(WireText)
        case sectionClosedAs(WireText, opened: WireText)
        case sectionsTooDeep
        // Of the partials.
        case partialNotThere(WireText)
        case partialRecursive(WireText)
        case partialsTooDeep
        case partialsTooMany
        // Of what a page offers.
        case nameNotOffered(WireText)
        case notText(WireText)
        case neverSampled(WireText)
    }

    init(_ template: WireText, _ position: Position, _ reason: Reason) {
        self.template = template
        line = position.line
        column = position.column
        self.reason = reason
    }

    init(_ template: WireText, _ reason: Reason) {
        self.init(template, Position(line: 1, column: 1), reason)
    }
}

/// Everything that is wrong with a set of templates; never empty.
package struct TemplateProblems: Error, Hashable {
    package let problems: [TemplateProblem]
}

extension TemplateProblem: CustomStringConvertible {
    /// One line as compilers write it: `consent.mustache:12:7: …`.
    package var description: String {
        "\(template).mustache:\(line):\(column): \(reason.sentence)"
    }
}

extension TemplateProblem.Reason {
    var sentence: String {
        switch self {
        case .nameNotAllowed:
            "names of templates are made of a-z, 0-9, - and _, at most \(Limits.templateNameBytes) of them"
        case .nameTwice: "there are two templates of this name"
        case .tooLong(let bytes): "\(bytes) bytes are more than the \(Limits.templateBytes) a template may have"
        case .pageNotThere: "this page has no template"
        case .tagNotClosed: "this tag is not closed"
        case .tagEmpty: "this tag names nothing"
        case .tagUnknown: "there is no such kind of tag"
        case .tagUnescaped: "values of pages are always escaped: write two braces and no &"
        case .nameMalformed: "a name is letters, digits, - and _, with single dots between its parts"
        case .delimitersMalformed: "new delimiters are two words without = between two ="
        case .sectionNotClosed(let name): "section \(name) is not closed"
        case .sectionNotOpened(let name): "no section \(name) is open here"
        case .sectionClosedAs(let name, let opened): "section \(opened) is open here, not \(name)"
        case .sectionsTooDeep: "sections are nested deeper than \(Limits.templateDepth)"
        case .partialNotThere(let name): "there is no template \(name)"
        case .partialRecursive(let name): "template \(name) calls itself in the end"
        case .partialsTooDeep: "templates call each other deeper than \(Limits.templateDepth)"
        case .partialsTooMany: "with its partials this is more than \(Limits.templatePieces) pieces"
        case .nameNotOffered(let name): "the page does not offer \(name)"
        case .notText(let name): "\(name) is no text; ask for what is in it"
        case .neverSampled(let name): "no sample shows what is in \(name)"
        }
    }
}

import Mustache
import Testing
import Text

/// One behaviour of the Mustache specification: a template, what it is filled with, what comes out.
struct SpecificationCase: Sendable, CustomTestStringConvertible {
    let name: String
    let template: String
    let view: View
    let partials: [(String, String)]
    let expected: String

    init(
        _ name: String,
        _ template: String,
        _ view: View = [:],
        partials: [(String, String)] = [],
        is expected: String
    ) {
        self.name = name
        self.template = template
        self.view = view
        self.partials = partials
        self.expected = expected
    }

    var testDescription: String { name }

    func rendered() throws -> String {
        let files = [TemplateFile("start", template)] + partials.map { TemplateFile(WireText($0.0), $0.1) }
        let set = try TemplateSet.read(files, rules: .specification)
        return String(decoding: try #require(set["start"]).render(view), as: UTF8.self)
    }
}

extension TemplateFile {
    init(_ name: WireText, _ text: String) {
        self.init(name, Array(text.utf8))
    }
}

extension View {
    /// A value from JSON, for data that is easier to read that way.
    static func json(_ text: String) -> View {
        guard let json = try? JSONReader.read(Array(text.utf8).span) else {
            Issue.record("This is no JSON: \(text)")
            return .missing
        }
        return View(json)
    }
}

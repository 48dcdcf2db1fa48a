import Crypto
import HTTP
import Mustache
import Text

/// The pages of the workbench, each one file without script.
struct WorkbenchPage: Sendable {
    private let templates: TemplateSet
    private let policy: FieldValue

    /// - Parameter issuer: Where the forms of these pages may lead by redirect.
    init(issuer: WireText) throws(CommandFailure) {
        do {
            templates = try TemplateSet.read([
                TemplateFile("head", Array(Self.head.utf8)), TemplateFile("style", Array(Self.style.utf8)),
                TemplateFile("choices", Array(Self.choices.utf8)), TemplateFile("flow", Array(Self.flow.utf8)),
                TemplateFile("hop", Array(Self.hop.utf8)), TemplateFile("pairs", Array(Self.pairs.utf8)),
                TemplateFile("fragment", Array(Self.fragment.utf8)), TemplateFile("problem", Array(Self.problem.utf8)),
            ])
        } catch { throw CommandFailure("\(error)") }
        let page = templates["problem"]?.render(["message": ""]) ?? []
        let styles = InlineStyles.contents(of: page).map { "'sha256-\(Base64.encode(Digest.sha256($0)))'" }
        let text =
            "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; img-src data:; "
            + "style-src \(styles.joined(separator: " ")); form-action 'self' \(issuer)"
        policy = FieldValue(WireText(text)) ?? "default-src 'none'; frame-ancestors 'none'"
    }

    func choices(_ view: ChoicesView, _ status: Status) -> Response { render("choices", view.view, status) }

    func flow(_ view: FlowView) -> Response { render("flow", view.view, .ok) }

    /// Where a browser stands that was sent here with an answer behind `#`.
    func fragment(problem: WireText? = nil) -> Response {
        render(
            "fragment",
            ["problem": problem.map { .text($0) } ?? .missing],
            problem == nil ? .ok : .unprocessableContent
        )
    }

    func problem(_ message: WireText, _ status: Status) -> Response {
        render("problem", ["message": .text(message)], status)
    }

    private func render(_ name: WireText, _ view: View, _ status: Status) -> Response {
        var response = Response.html(templates[name]?.render(view, capacity: 65_536) ?? [], status: status)
        response.fields.append(.cacheControl, "no-store")
        response.fields.append(.contentSecurityPolicy, policy)
        response.fields.append(.xContentTypeOptions, "nosniff")
        response.fields.append(.referrerPolicy, "no-referrer")
        return response
    }
}

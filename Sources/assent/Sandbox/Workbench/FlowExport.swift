import HTTP
import RelyingParty
import Text

/// A journey as a file.
enum FlowExport {
    static func har(_ flow: Flow) -> Response {
        let document = HAR.document(flow.exchanges, program: WireText(Assent.version))
        return file("assent-flow.har", .json(.ok, bytes: JSONWriter.writeIndented(document)))
    }

    static func markdown(_ flow: Flow) -> Response {
        let title = WireText("A flow of \(flow.client.id) at \(flow.server?.issuer ?? "")")
        var response = Response.text(.ok, Markdown.text(flow.exchanges, title: title))
        response.fields.set(.contentType, "text/markdown; charset=utf-8")
        return file("assent-flow.md", response)
    }

    private static func file(_ name: String, _ response: Response) -> Response {
        var response = response
        if let value = FieldValue(WireText("attachment; filename=\"\(name)\"")) {
            response.fields.append(.contentDisposition, value)
        }
        response.fields.append(.cacheControl, "no-store")
        response.fields.append(.xContentTypeOptions, "nosniff")
        return response
    }
}

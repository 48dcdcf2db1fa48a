import HTTP
import Net
import RelyingParty
import Text

/// Waits on this machine for the browser of a person: RFC 8252 §7.3.
struct CallbackListener: Sendable {
    /// With the port that was free, where the registered one names none.
    let redirectURI: WireText
    private let server: HTTPServer
    private let answers: AsyncStream<AuthorizationResponse>

    /// Listens where a redirect URI leads.
    init(for redirectURI: WireText, on group: LoopGroup) async throws(CommandFailure) {
        guard let uri = URIReference(redirectURI), uri.scheme == "http", let host = uri.host,
            ["localhost", "127.0.0.1"].contains(host),
            let port = uri.port.map({ UInt16($0.string) }) ?? 0, let address = Address(host: "127.0.0.1", port: port)
        else {
            throw CommandFailure(
                "--browser needs a client with a redirect URI on this machine, not \(redirectURI); --paste needs none.",
                exit: .usage
            )
        }
        let path: WireText = uri.path.isEmpty ? "/" : uri.path
        let (answers, arrivals) = AsyncStream.makeStream(of: AuthorizationResponse.self)
        self.answers = answers
        let page = CallbackPage(path: path, arrivals: arrivals)
        server = HTTPServer([HTTPServer.Endpoint(at: address, handler: page)], on: group)
        do {
            let bound = try await server.start().first?.port ?? port
            self.redirectURI = WireText("http://\(host):\(bound)\(path)")
        } catch { throw CommandFailure("\(error)", exit: .unavailable) }
    }

    /// The first answer that carries this state; a stray one is passed over.
    func answer(to state: WireText) async throws(PartyFailure) -> AuthorizationResponse {
        for await response in answers where response["state"] == state || response["response"] != nil {
            await server.drain(seconds: 1)
            return response
        }
        throw .setup("Nobody came back.")
    }
}

/// What the browser sees when it comes back.
private struct CallbackPage: RequestHandler {
    let path: WireText
    let arrivals: AsyncStream<AuthorizationResponse>.Continuation

    func respond(to request: Request) async -> Response {
        guard request.path == path else { return .text(.notFound, "There is nothing at this path.") }
        let isForm = request.method == .post
        let fields = isForm ? try? FormFields(request.body.span) : try? FormFields(request.query ?? "")
        guard let fields, !fields.fields.isEmpty else {
            return .text(.badRequest, "There is no answer in this request.")
        }
        arrivals.yield(AuthorizationResponse(parameters: fields, carrier: isForm ? .form : .query))
        return .text(.ok, "Thank you. You can close this page and go back to your terminal.")
    }
}

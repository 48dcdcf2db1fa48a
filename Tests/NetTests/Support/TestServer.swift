import HTTP
import Net
import Text

/// Answers with what it was asked: method, path and body.
struct Echo: RequestHandler {
    func respond(to request: Request) async -> Response {
        var text = "\(request.method.token) \(request.path)"
        if !request.body.isEmpty { text += " " + String(decoding: request.body, as: UTF8.self) }
        return .text(.ok, WireText(text))
    }
}

/// Answers by a closure.
struct Handler: RequestHandler {
    let answer: @Sendable (Request) async -> Response

    init(_ answer: @escaping @Sendable (Request) async -> Response) {
        self.answer = answer
    }

    func respond(to request: Request) async -> Response {
        await answer(request)
    }
}

/// A server on a port that the system chooses, for the length of `body`.
@discardableResult
func withServer<Value>(
    _ handler: any RequestHandler = Echo(),
    loops: Int = 1,
    limits: ConnectionLimits = ConnectionLimits(),
    tls: TLSConfiguration? = nil,
    report: @escaping @Sendable (ServerEvent) -> Void = { _ in },
    _ body: (HTTPServer, UInt16) async throws -> Value
) async throws -> Value {
    let group = try LoopGroup(count: loops)
    let endpoint = HTTPServer.Endpoint(at: .ipv4(0x7F00_0001, port: 0), tls: tls, handler: handler)
    let server = HTTPServer([endpoint], on: group, limits: limits, report: report)
    let port = try await server.start().first?.port ?? 0
    do {
        let value = try await body(server, port)
        await server.stop()
        group.stop()
        return value
    } catch {
        await server.stop()
        group.stop()
        throw error
    }
}

extension ConnectionLimits {
    /// The usual limits, but for one.
    static func with<Value>(_ limit: WritableKeyPath<ConnectionLimits, Value>, _ value: Value) -> ConnectionLimits {
        ConnectionLimits().with(limit, value)
    }

    func with<Value>(_ limit: WritableKeyPath<ConnectionLimits, Value>, _ value: Value) -> ConnectionLimits {
        var limits = self
        limits[keyPath: limit] = value
        return limits
    }
}

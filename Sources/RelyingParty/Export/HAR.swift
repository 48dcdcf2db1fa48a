internal import HTTP
package import Text

/// Exchanges as browsers and proxies save them: HTTP Archive 1.2.
package enum HAR {
    package static func document(_ exchanges: [Exchange], program: WireText) -> JSON {
        [
            "log": [
                "version": "1.2",
                "creator": ["name": "assent", "version": .text(program)],
                "entries": .array(exchanges.map(entry)),
            ]
        ]
    }

    private static func entry(_ exchange: Exchange) -> JSON {
        [
            "startedDateTime": .text(WireText(exchange.began.rfc3339)),
            "time": .integer(exchange.milliseconds),
            "comment": .text(WireText("\(exchange.call.purpose.name): \(exchange.call.purpose.clause)")),
            "request": request(exchange.call),
            "response": response(exchange),
            "cache": [:],
            "timings": ["send": 0, "wait": .integer(exchange.milliseconds), "receive": 0],
        ]
    }

    private static func request(_ call: Call) -> JSON {
        let query = URIReference(call.url)?.query.flatMap { try? FormFields($0) } ?? FormFields()
        var members: [JSON.Member] = [
            .init("method", .text(call.method.token)), .init("url", .text(call.url)),
            .init("httpVersion", "HTTP/1.1"), .init("cookies", []), .init("headers", headers(call.fields)),
            .init("queryString", .array(query.fields.map { pair($0.name, $0.value) })),
            .init("headersSize", -1), .init("bodySize", .integer(Int64(call.body.count))),
        ]
        if !call.body.isEmpty {
            let parameters = call.form.map { JSON.array($0.fields.map { pair($0.name, $0.value) }) } ?? []
            members.append(
                .init(
                    "postData",
                    [
                        "mimeType": .text(call.fields.first(.contentType) ?? ""),
                        "text": .text(WireText(String(decoding: call.body, as: UTF8.self))),
                        "params": parameters,
                    ]
                )
            )
        }
        return .object(members)
    }

    private static func response(_ exchange: Exchange) -> JSON {
        let response = exchange.response
        let body = response?.body ?? []
        var content: [JSON.Member] = [
            .init("size", .integer(Int64(body.count))),
            .init("mimeType", .text(response?.fields.first(.contentType) ?? "")),
        ]
        if let text = WireText(body) {
            content.append(.init("text", .text(text)))
        } else {
            content.append(.init("text", .text(WireText(Base64.encode(body)))))
            content.append(.init("encoding", "base64"))
        }
        return [
            "status": .integer(Int64(exchange.status)),
            "statusText": .text(WireText(response?.status.reason ?? exchange.summary.string)),
            "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": response.map { headers($0.fields) } ?? [],
            "content": .object(content),
            "redirectURL": .text(exchange.location ?? ""), "headersSize": -1, "bodySize": .integer(Int64(body.count)),
        ]
    }

    private static func headers(_ fields: Fields) -> JSON {
        .array(fields.pairs.map { pair($0.name.text, $0.value) })
    }

    private static func pair(_ name: WireText, _ value: WireText) -> JSON {
        ["name": .text(name), "value": .text(value)]
    }
}

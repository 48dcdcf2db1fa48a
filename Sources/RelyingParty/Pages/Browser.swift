internal import HTTP
package import Text

/// A browser without scripts: cookies, forms and redirects, each hop written down.
package struct Browser: Sendable {
    package let transport: Transport
    package var jar = CookieJar()
    /// Where it must not go: a URL that begins so is for somebody else, and is handed back.
    package let destinations: [WireText]

    package init(_ transport: Transport, destinations: [WireText]) {
        self.transport = transport
        self.destinations = destinations
    }

    /// Where a browser has come to.
    package enum Arrival: Sendable {
        case page(Exchange, HTMLPage)
        /// Sent to a destination: by a redirect with this URL, or by a page that posts this form there.
        case returned(Exchange, url: WireText, form: FormFields?)
        /// No answer, or redirects without end.
        case lost(Exchange)

        package var exchange: Exchange {
            switch self {
            case .page(let exchange, _), .returned(let exchange, _, _), .lost(let exchange): exchange
            }
        }
    }

    /// Opens a URL and follows redirects as long as they lead elsewhere than to a destination.
    package mutating func open(_ url: WireText, for purpose: Purpose = .authorization) async -> Arrival {
        var call = Call(purpose, .get, url)
        call.fields.append(.accept, "text/html")
        return await follow(await send(call))
    }

    /// Sends a form of a page, as pressing the button would.
    package mutating func submit(
        _ form: HTMLForm,
        pressing button: HTMLForm.Control?,
        on page: Exchange
    ) async -> Arrival {
        let exchange = await send(form, pressing: button, on: page)
        return await follow(exchange)
    }

    /// The same without following where it leads.
    package mutating func send(
        _ form: HTMLForm,
        pressing button: HTMLForm.Control?,
        on page: Exchange
    ) async -> Exchange {
        let target = URIReference.resolve(form.action, from: page.call.url) ?? page.call.url
        let fields = form.fields(pressing: button)
        guard form.isPost else {
            let place = target.split(at: UInt8(ascii: "?")).first ?? target
            return await send(Call(.form, .get, WireText("\(place)?\(fields.encoded)")))
        }
        var call = Call(.form, .post, target, body: Array(fields.encoded.utf8))
        call.fields.append(.accept, "text/html")
        call.fields.append(.contentType, "application/x-www-form-urlencoded")
        if let origin = URIReference(page.call.url)?.origin { call = call.with(.origin, origin) }
        return await send(call.with(.secFetchSite, "same-origin"))
    }

    private mutating func send(_ call: Call) async -> Exchange {
        var call = call
        if let cookies = jar.header(for: call.url) { call = call.with(.cookie, cookies) }
        let exchange = await transport.send(call)
        if let response = exchange.response { jar.take(response, from: call.url) }
        return exchange
    }

    private mutating func follow(_ first: Exchange) async -> Arrival {
        var exchange = first
        for _ in 0..<Limits.hops {
            guard let response = exchange.response else { return .lost(exchange) }
            guard let location = exchange.location else {
                let page = HTMLPage(response.body)
                // OAuth 2.0 Form Post Response Mode §2: a form that goes to the destination by itself.
                if let form = page.forms.first(where: { isDestination($0.action) }) {
                    return .returned(exchange, url: form.action, form: form.fields(pressing: nil))
                }
                return .page(exchange, page)
            }
            if isDestination(location) { return .returned(exchange, url: location, form: nil) }
            var call = Call(.page, .get, location)
            call.fields.append(.accept, "text/html")
            exchange = await send(call)
        }
        return .lost(exchange)
    }

    private func isDestination(_ url: WireText) -> Bool {
        destinations.contains { destination in
            guard !destination.isEmpty, url.hasPrefix(destination) else { return false }
            // `http://a/cb` is not the beginning of `http://a/cbx`.
            guard url.byteCount > destination.byteCount else { return true }
            return [UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "&")].contains(url.bytes[destination.byteCount])
        }
    }
}

package import HTTP
package import Net
package import Text

/// One request and what became of it.
package struct Exchange: Sendable {
    /// Its place among those of the same journal, from 1.
    package var number: Int
    package let call: Call
    package let began: Timestamp
    package let milliseconds: Int64
    package let outcome: Outcome

    /// What came back.
    package enum Outcome: Sendable {
        case answered(Response)
        /// Nothing that is HTTP, or nothing at all.
        case failed(NetFailure)
        /// The URL is not one that can be called.
        case notCallable
    }

    package init(number: Int = 0, call: Call, began: Timestamp, milliseconds: Int64, outcome: Outcome) {
        self.number = number
        self.call = call
        self.began = began
        self.milliseconds = milliseconds
        self.outcome = outcome
    }
}

extension Exchange {
    package var response: Response? {
        guard case .answered(let response) = outcome else { return nil }
        return response
    }

    /// The status, or 0 where there was no answer.
    package var status: Int { response?.status.code ?? 0 }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// Where a redirect leads, in full.
    package var location: WireText? {
        guard let response, [301, 302, 303, 307, 308].contains(response.status.code),
            let location = response.fields.first(.location)
        else { return nil }
        return URIReference.resolve(location, from: call.url) ?? location
    }

    package var text: WireText { response.flatMap { WireText($0.body) } ?? "" }

    /// The body, where it is JSON; a peer's own ways of writing it are taken.
    package var json: JSON? {
        guard let response else { return nil }
        return try? JSONReader.read(response.body)
    }

    package var mediaType: WireText? { response.flatMap { MediaType($0.fields) }?.essence.lowercasedASCII }

    /// The error code of RFC 6749 §5.2, or of RFC 6750 §3 where it stands in the challenge only.
    package var error: WireText? { json?["error"]?.text ?? challenge("error") }

    /// A parameter of the first challenge: RFC 6750 §3.
    private func challenge(_ name: WireText) -> WireText? {
        guard let challenge = response?.fields.first(.wwwAuthenticate) else { return nil }
        for part in challenge.split(at: UInt8(ascii: ",")) {
            let bytes = part.bytes
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let key = bytes[..<equals].split(separator: .space).last.map(Array.init) ?? []
            guard key == name.bytes else { continue }
            return WireText(bytes[(equals + 1)...].filter { $0 != UInt8(ascii: "\"") })
        }
        return nil
    }

    /// In a few words: `400 invalid_grant`, `303`, or why there is none.
    package var summary: WireText {
        switch outcome {
        case .answered(let response):
            if let error { return WireText("\(response.status.code) \(error)") }
            return WireText("\(response.status.code)")
        case .failed(let failure): return WireText("no answer: \(failure)")
        case .notCallable: return WireText("not a URL that can be called: \(call.url)")
        }
    }
}

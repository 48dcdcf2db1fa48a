import Consents
import HTTP
import Surfaces
import TestSupport
import Text

extension AccountAccessConsents {
    /// What `POST` makes of a body.
    func draft(_ body: String) throws(SurfaceRefusal) -> ConsentDraft {
        for route in routes {
            if case .create(let draft, _) = route.act { return try draft(Array(body.utf8)) }
        }
        throw .pathUnknown
    }

    /// What `GET` shows of a consent.
    func document(_ consent: Consent) -> JSON {
        for route in routes {
            if case .fetch(let document) = route.act { return document(consent, "https://bank.example", .noon) }
        }
        return .null
    }

    /// A body through reading, policy and writing: the consent that `POST` answers with.
    func registered(_ body: String, at now: Timestamp = .noon) throws -> Consent {
        try ConsentPolicy().register(
            try draft(body),
            as: "consent-1",
            for: "tpp-1",
            on: origin,
            receipt: Array(body.utf8),
            at: now
        )
    }
}

extension Request {
    /// A request from nowhere in particular, with these header lines.
    static func sample(
        _ method: Method = .get,
        _ path: WireText = "/open-banking/v3.1/aisp/account-access-consents",
        query: WireText? = nil,
        _ lines: [(FieldName, WireText)] = []
    ) -> Request {
        var fields = Fields()
        for (name, value) in lines {
            guard let value = FieldValue(value) else { preconditionFailure("A header of a test can be sent.") }
            fields.append(name, value)
        }
        return Request(
            method: method,
            path: path,
            query: query,
            fields: fields,
            peer: Peer(address: "192.0.2.1", port: 50_000, isEncrypted: true)
        )
    }
}

extension UUID {
    /// What the log calls the requests of these tests.
    static let reference = UUID(random: [UInt8](repeating: 0xAB, count: 16))
}

extension Response {
    /// The body as JSON; `nil` where there is none.
    var document: JSON? { body.isEmpty ? nil : try? JSONReader.read(body) }
}

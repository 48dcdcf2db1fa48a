import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi1-advanced-final` about requests that are refused: conformance.md 3.3.
///
/// What cannot be taken is said by `/par`, on a page, or in a redirect; in which words, each module says.
struct FAPI1RequestObjectModules {
    private typealias Changes = [WireText: JSON?]

    private static func minutes(_ minutes: Int64) -> JSON { .integer(Timestamp.noon.seconds + minutes * 60) }

    private func ask(_ variant: Variant, _ changes: Changes, beside: [FormFields.Field] = []) async throws
        -> Run.Outcome
    {
        try await Run(variant).ask(changes, beside: variant.isPushed ? [] : beside)
    }

    // MARK: Times

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-without-exp-fails: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["exp": nil]).isRefused(push: ["invalid_request_object"], redirect: Self.unbound)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-without-nbf-fails: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["nbf": nil]).isRefused(push: ["invalid_request_object"], redirect: Self.unbound)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-expired-request-object-fails: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["exp": Self.minutes(-1)]).isRefused(push: Self.object, redirect: Self.object)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-with-exp-over-60-fails: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["exp": Self.minutes(70)]).isRefused(push: Self.object, redirect: Self.object)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-with-nbf-over-60-fails: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["nbf": Self.minutes(-70)]).isRefused(push: Self.object, redirect: Self.object)
    }

    private static let object: Set<WireText> = ["invalid_request_object"]
    private static let unbound: Set<WireText> = ["invalid_request", "invalid_request_object", "access_denied"]

    // MARK: Addresses

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-with-bad-aud-fails: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["aud": "https://other.example"]).isRefused(push: Self.object, redirect: Self.object)
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-pushed-authorization-url-as-audience-in-request-object: RO-04`(variant: Variant) async throws {
        try await ask(variant, ["aud": .text(Issuer.sample.url("/par"))]).isRefused(push: Self.object)
    }

    // MARK: Parameters beside the object

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-without-scope-fails: RO-06`(variant: Variant) async throws {
        let outcome = try await ask(variant, ["scope": nil], beside: [.init("scope", "openid accounts")])
        outcome.isRefused(
            push: ["invalid_request", "invalid_request_object"],
            redirect: ["invalid_request", "invalid_request_object", "invalid_request_uri", "access_denied"]
        )
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-without-nonce-fails: RO-06`(variant: Variant) async throws {
        let outcome = try await ask(variant, ["nonce": nil], beside: [.init("nonce", "outside")])
        outcome.isRefused(
            push: ["invalid_request", "invalid_request_object"],
            redirect: ["invalid_request", "invalid_request_object", "invalid_request_uri"]
        )
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-without-redirect-uri-fails: RO-06`(variant: Variant) async throws {
        let beside = [FormFields.Field("redirect_uri", Party.first.redirectURI)]
        let outcome = try await ask(variant, ["redirect_uri": nil], beside: beside)
        outcome.isRefused(
            push: ["invalid_request", "invalid_request_object"],
            redirect: ["invalid_request", "invalid_request_object"]
        )
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-redirect-uri-in-authorization-request`(variant: Variant) async throws {
        let outcome = try await ask(variant, ["redirect_uri": nil])
        outcome.isRefused(push: ["invalid_request", "invalid_request_object"])
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-registered-redirect-uri`(variant: Variant) async throws {
        let outcome = try await ask(variant, ["redirect_uri": "https://evil.example/cb"])
        outcome.isRefused(push: ["invalid_request", "invalid_request_object"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-attempt-invalid-redirect_uri`(variant: Variant) async throws {
        let outcome = try await ask(variant, ["redirect_uri": "https://c.example/cb/"])
        outcome.isRefused(push: ["invalid_request", "invalid_request_object"], page: false)
    }

    // MARK: Signatures

    @Test(arguments: Variant.fapi1)
    func `ensure-signed-request-object-with-RS256-fails: RO-01`(variant: Variant) async throws {
        let run = try Run(variant)
        let object = try run.object(try await run.parameters(), signedBy: run.first.signer(.rs256))
        try await run.send(Run.form(object)).isRefused(push: Self.object, redirect: Self.object)
    }

    @Test(arguments: Variant.fapi1, ["none", "None", "nOnE", "", "HS256"])
    func `ensure-request-object-signature-algorithm-is-not-none: RO-01`(variant: Variant, algorithm: String)
        async throws
    {
        let run = try Run(variant)
        let signed = try run.object(try await run.parameters()).string.split(separator: ".")
        let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)","kid":"elliptic"}"#.utf8))
        for signature in ["", String(signed[2])] {
            let object = WireText("\(header).\(signed[1]).\(signature)")
            try await run.send(Run.form(object)).isRefused(push: Self.object, redirect: Self.object)
        }
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-with-invalid-signature-fails: RO-01`(variant: Variant) async throws {
        let run = try Run(variant)
        let object = try run.object(try await run.parameters()).string
        let dot = try #require(object.lastIndex(of: "."))
        let spoiled = WireText(object[...dot] + String(object[object.index(after: dot)...].reversed()))
        try await run.send(Run.form(spoiled)).isRefused(push: Self.object, redirect: Self.object)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-matching-key-in-authorization-request: RO-02 another's key under our client's name`(variant: Variant)
        async throws
    {
        let run = try Run(variant)
        let object = try run.object(try await run.parameters(), signedBy: run.second.signer(variant.algorithm))
        let outcome = try await run.send(Run.form(object))
        outcome.isRefused(push: ["invalid_request", "invalid_request_object"], redirect: Self.object)
    }

    // MARK: Requests of another kind

    @Test(arguments: Variant.fapi1)
    func `ensure-authorization-request-without-request-object-fails`(variant: Variant) async throws {
        let run = try Run(variant)
        let members = try await run.parameters()
        let plain = FormFields(members.compactMap { name, value in value.text.map { .init(name, $0) } })
        // By the browser, also where requests are pushed.
        try await run.open(plain).isRefused(redirect: ["invalid_request"])
    }

    @Test(arguments: Variant.fapi1.plain)
    func `ensure-response-type-code-fails: without a signed answer a code does not come alone`(variant: Variant)
        async throws
    {
        let outcome = try await ask(variant, ["response_type": "code"])
        outcome.isRefused(
            push: ["unsupported_response_type", "invalid_request", "unauthorized_client"],
            redirect: ["unsupported_response_type", "invalid_request"]
        )
    }
}

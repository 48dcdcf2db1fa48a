import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules that stand in `fapi2-message-signing-final` alone, about request objects: conformance.md 4.4, "signed".
struct FAPI2RequestObjectModules {
    private static func minutes(_ minutes: Int64) -> JSON { .integer(Timestamp.noon.seconds + minutes * 60) }

    private func refuse(_ variant: Variant, _ changes: [WireText: JSON?]) async throws {
        try await Run(variant).ask(changes).isRefused(push: ["invalid_request_object"], page: false)
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-with-multiple-aud-succeeds: RO-04`(variant: Variant) async throws {
        let audiences: JSON = ["https://other.example", .text(Issuer.sample.text)]
        _ = try await Run(variant).answer(["aud": audiences])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted: RO-04`(variant: Variant) async throws {
        let soon: JSON = .integer(Timestamp.noon.seconds + 8)
        _ = try await Run(variant).answer(["nbf": soon, "iat": soon])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-without-exp-fails: RO-04`(variant: Variant) async throws {
        try await refuse(variant, ["exp": nil])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-without-nbf-fails: RO-04`(variant: Variant) async throws {
        try await refuse(variant, ["nbf": nil])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-expired-request-object-fails: RO-04`(variant: Variant) async throws {
        try await refuse(variant, ["exp": Self.minutes(-1)])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-with-bad-aud-fails: RO-04`(variant: Variant) async throws {
        try await refuse(variant, ["aud": "https://other.example"])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-with-exp-over-60-fails: RO-04`(variant: Variant) async throws {
        try await refuse(variant, ["exp": Self.minutes(70)])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-with-nbf-over-60-fails: RO-04`(variant: Variant) async throws {
        try await refuse(variant, ["nbf": Self.minutes(-70)])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-signed-request-object-with-RS256-fails: RO-01`(variant: Variant) async throws {
        let run = try Run(variant)
        let object = try run.object(try await run.parameters(), signedBy: run.first.signer(.rs256))
        try await run.push(Run.form(object)).isRefused(["invalid_request_object"])
    }

    @Test(arguments: Variant.messageSigning, ["none", "None", "nOnE", "", "HS256"])
    func `ensure-request-object-signature-algorithm-is-not-none: RO-01`(variant: Variant, algorithm: String)
        async throws
    {
        let run = try Run(variant)
        let signed = try run.object(try await run.parameters()).string.split(separator: ".")
        let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)","kid":"elliptic"}"#.utf8))
        for signature in ["", String(signed[2])] {
            let object = WireText("\(header).\(signed[1]).\(signature)")
            try await run.push(Run.form(object)).isRefused(["invalid_request_object"])
        }
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-request-object-with-invalid-signature-fails: RO-01`(variant: Variant) async throws {
        let run = try Run(variant)
        let object = try run.object(try await run.parameters()).string
        let dot = try #require(object.lastIndex(of: "."))
        let spoiled = WireText(object[...dot] + String(object[object.index(after: dot)...].reversed()))
        try await run.push(Run.form(spoiled)).isRefused(["invalid_request_object"])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-matching-key-in-authorization-request: RO-02 another's key under our client's name`(variant: Variant)
        async throws
    {
        let run = try Run(variant)
        let object = try run.object(try await run.parameters(), signedBy: run.second.signer(variant.algorithm))
        try await run.push(Run.form(object)).isRefused(["invalid_request", "invalid_request_object"])
    }

    @Test(arguments: Variant.messageSigning)
    func `ensure-unsigned-request-at-par-endpoint-fails`(variant: Variant) async throws {
        let run = try Run(variant)
        let members = try await run.parameters()
        let plain = FormFields(members.compactMap { name, value in value.text.map { .init(name, $0) } })
        try await run.push(plain).isRefused(["invalid_request"])
    }

    @Test(arguments: Variant.messageSigning)
    func `par-authorization-request-containing-request_uri: RO-07`(variant: Variant) async throws {
        let run = try Run(variant)
        let object = try run.object(
            try await run.parameters(),
            changing: ["request_uri": "urn:ietf:params:oauth:request_uri:x"]
        )
        try await run.push(Run.form(object)).isRefused(["invalid_request_object"])
    }
}

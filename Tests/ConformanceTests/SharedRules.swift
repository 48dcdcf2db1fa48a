import Foundation
import HTTP
import JOSE
import OAuth
import Synchronization
import TestSupport
import Testing
import Text

/// What OpenID's suite wants of every answer, whatever the module is about: conformance.md 1.1 and 1.2.
///
/// `Plan.send` holds every answer to it, so that what the suite would only warn of fails here.
final class SharedRules: Sendable {
    /// Claims of ID tokens that some request asked for by the parameter `claims`.
    private let requested = Mutex<Set<WireText>>([])

    /// Remembers what a request asks for.
    func note(_ fields: FormFields?) {
        guard let fields else { return }
        var parameters = [fields["claims"]]
        if let object = fields["request"], let claims = try? JWS(object).unverifiedClaims()["claims"] {
            parameters.append(claims.text ?? WireText(String(decoding: JSONWriter.write(claims), as: UTF8.self)))
        }
        for text in parameters.compactMap({ $0 }) {
            guard let claims = try? JSONReader.read(text.bytes), let names = claims["id_token"]?.members else {
                continue
            }
            requested.withLock { $0.formUnion(names.map(\.name)) }
        }
    }

    /// Holds one answer to the rules of its kind.
    func check(_ response: Response, to path: WireText) {
        if let location = response.fields.first(.location), let uri = URIReference(location), uri.host != nil {
            checkRedirect(response, to: uri)
        }
        switch path {
        case "/token": checkTokens(response)
        case "/par": checkReference(response)
        default: break
        }
    }

    // MARK: The authorization endpoint

    private func checkRedirect(_ response: Response, to uri: URIReference) {
        #expect(response.status == .seeOther)
        #expect(response.fields.first(.cacheControl) == "no-store")
        guard let fields = try? FormFields(uri.fragment ?? uri.query ?? "") else {
            Issue.record("The parameters of a redirect can be read.")
            return
        }
        if let text = fields["response"] {
            // JARM §2.3: nothing stands beside it.
            #expect(fields["code"] == nil && fields["error"] == nil && fields["state"] == nil && fields["iss"] == nil)
            checkSigned(text)
            return
        }
        checkAnswer(fields, at: uri)
    }

    private func checkAnswer(_ fields: FormFields, at uri: URIReference) {
        // A redirect after a logout says nothing but its state.
        guard fields["error"] != nil || fields["code"] != nil || fields["id_token"] != nil else { return }
        #expect(fields["iss"] == Issuer.sample.text)
        #expect(fields.duplicatedName == nil)
        if fields["error"] != nil {
            checkError(fields["error"], fields["error_description"], fields["error_uri"])
            #expect(fields["code"] == nil && fields["id_token"] == nil && fields["access_token"] == nil)
        } else {
            checkCode(fields["code"])
            if let token = fields["id_token"] { checkIDToken(token) }
        }
        // In a fragment nothing can be registered, and what was is in the query.
        let answer: Set<WireText> = [
            "error", "error_description", "error_uri", "code", "id_token", "state", "session_state", "iss",
        ]
        guard uri.fragment != nil else { return }
        #expect(Set(fields.fields.map(\.name)).isSubset(of: answer))
    }

    private func checkSigned(_ text: WireText) {
        // An encrypted answer is for the client's eyes.
        guard let token = try? JWS(text), let claims = try? token.unverifiedClaims() else { return }
        #expect(token.header.keyID != nil)
        #expect(claims["iss"]?.text == Issuer.sample.text)
        #expect(claims["aud"] != nil && claims["exp"]?.integer != nil)
        if claims["error"] != nil {
            checkError(claims["error"]?.text, claims["error_description"]?.text, claims["error_uri"]?.text)
            #expect(claims["code"] == nil)
        }
        if let code = claims["code"] { checkCode(code.text) }
        if let token = claims["id_token"]?.text { checkIDToken(token) }
    }

    private func checkCode(_ code: WireText?) {
        guard let code else { return }
        #expect(Self.isUnguessable(code))
    }

    // MARK: Endpoints for machines

    private func checkTokens(_ response: Response) {
        guard response.status == .ok else { return checkRefusal(response) }
        checkDocument(response)
        let json = response.json
        #expect(json?["token_type"] == "Bearer" || json?["token_type"] == "DPoP")
        #expect(json?["expires_in"]?.integer ?? 0 > 0)
        for name in ["access_token", "refresh_token"] as [WireText] {
            guard let token = json?[name]?.text else { continue }
            #expect(Self.isUnguessable(token) && token.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
        #expect(json?["access_token"]?.text != nil)
        if let token = json?["id_token"]?.text { checkIDToken(token) }
    }

    private func checkReference(_ response: Response) {
        guard response.status == .created else { return checkRefusal(response) }
        checkDocument(response)
        #expect(response.json?["expires_in"]?.integer ?? 0 > 0)
        #expect(response.reference.map(Self.isUnguessable) ?? false)
    }

    /// RFC 6749 §5.2.
    private func checkRefusal(_ response: Response) {
        guard [.badRequest, .unauthorized].contains(response.status) else { return }
        checkDocument(response)
        let json = response.json
        checkError(response.error, json?["error_description"]?.text, json?["error_uri"]?.text)
        if response.status == .unauthorized { #expect(response.error == "invalid_client") }
    }

    private func checkDocument(_ response: Response) {
        #expect(response.fields.first(.contentType)?.hasPrefix("application/json") == true)
        #expect(response.fields.first(.cacheControl) == "no-store")
        #expect(response.json?.members != nil)
    }

    // MARK: Words

    private func checkError(_ error: WireText?, _ description: WireText?, _ page: WireText?) {
        #expect(error.map { !$0.isEmpty && $0.utf8.allSatisfy(Self.isOfErrors) } == true)
        #expect(description.map { $0.utf8.allSatisfy(Self.isOfErrors) } ?? true)
        // A URI has no space either.
        #expect(page.map { $0.utf8.allSatisfy { $0 != 0x20 && Self.isOfErrors($0) } } ?? true)
    }

    /// RFC 6749 §4.1.2.1: no quotation mark, no backslash, nothing unseen but the space.
    private static func isOfErrors(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x21 || (0x23...0x5B).contains(byte) || (0x5D...0x7E).contains(byte)
    }

    /// At least 128 bits long, of which 96 are measured by how often each character comes.
    private static func isUnguessable(_ text: WireText) -> Bool {
        var counts: [UInt8: Double] = [:]
        for byte in text.utf8 { counts[byte, default: 0] += 1 }
        let length = Double(text.byteCount)
        let entropy = counts.values.reduce(0) { $0 - $1 * log2($1 / length) }
        return text.byteCount * 8 >= 128 && entropy >= 96
    }

    private func checkIDToken(_ text: WireText) {
        guard let token = try? JWS(text), let claims = try? token.unverifiedClaims() else { return }
        #expect(token.header.keyID != nil)
        let requested = requested.withLock { $0 }
        for member in claims.members ?? [] where !Self.expected.contains(member.name) {
            #expect(requested.contains(member.name), "Nobody has asked for \(member.name).")
        }
    }

    /// What the suite takes in an ID token without having asked for it.
    private static let expected: Set<WireText> = [
        "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash",
        "nbf", "jti", "sid", "txn", "openbanking_intent_id", "urn:openid:params:jwt:claim:auth_req_id",
    ]
}

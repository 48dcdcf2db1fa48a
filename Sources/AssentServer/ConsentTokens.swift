internal import Consents
internal import Crypto
internal import JOSE
internal import OAuth
internal import Surfaces
internal import Text

/// Makes the tokens of consents and reads them again, with keys of its own for each kind.
///
/// A token is signed so that a stranger's guess never reaches the store, and its successor is derived from it, so
/// that a repeated call can be told the same again although nothing secret is kept.
struct ConsentTokens: Sendable {
    private let tokenKey: SharedKey
    private let offsetKey: SharedKey
    private let successorKey: HMACKey
    private let flowKey: HMACKey

    /// - Parameter key: The server's own, from which the others are derived.
    init(key: HMACKey) {
        tokenKey = Self.shared(key, "xs2a consent token")
        offsetKey = Self.shared(key, "xs2a listing offset")
        successorKey = HMACKey(key.sha256("xs2a successor" as WireText))
        flowKey = HMACKey(key.sha256("xs2a client token" as WireText))
    }

    /// The token that carries a secret.
    func token(_ token: ConsentToken) -> WireText {
        var payload = JSONWriter(capacity: 192)
        payload.beginObject()
        payload.member("token", token.secret)
        payload.member("consent_id", token.consent.text)
        payload.member("generation", Int64(token.generation))
        payload.endObject()
        return tokenKey.sign(payload.bytes.span)
    }

    /// What a token carries, where we made it.
    func read(_ text: WireText) -> ConsentToken? {
        guard let claims = Self.claims(text, tokenKey), let secret = claims["token"]?.text,
            let consent = claims["consent_id"]?.text, let generation = claims["generation"]?.integer
        else { return nil }
        return ConsentToken(secret: secret, consent: Identifier(consent), generation: Int(generation))
    }

    /// The token that comes after this one, whenever it is asked for.
    func successor(of token: ConsentToken) -> ConsentToken {
        ConsentToken(
            secret: WireText(Base64URL.encode(successorKey.sha256(token.secret))),
            consent: token.consent,
            generation: token.generation + 1
        )
    }

    /// What says where a listing goes on.
    func offset(_ offset: ListingOffset) -> WireText {
        offsetKey.sign(JSONWriter.write(offset.json).span)
    }

    /// Where a listing goes on, where we said so and the token is the one that came with it.
    func offset(_ text: WireText, with token: ConsentToken) -> ListingOffset? {
        guard let offset = Self.claims(text, offsetKey).flatMap({ ListingOffset($0) }),
            offset.consent == token.consent, offset.generation == token.generation
        else { return nil }
        return offset
    }

    /// The token by which a browser finds the page that a flow waits for.
    func clientToken(of flow: Identifier<AccessFlow>) -> WireText {
        WireText(Base64URL.encode(flowKey.sha256(flow.text)))
    }

    private static func claims(_ text: WireText, _ key: SharedKey) -> JSON? {
        do throws(JOSEFailure) { return try JWT(JWS(text), signedBy: key).claims } catch { return nil }
    }

    private static func shared(_ key: HMACKey, _ label: WireText) -> SharedKey {
        do throws(JOSEFailure) { return try SharedKey(key.sha256(label)) } catch {
            preconditionFailure("An HMAC of SHA-256 is as long as a key of HS256 must be.")
        }
    }
}

/// A one-time token of a consent, taken apart.
struct ConsentToken: Sendable, Hashable {
    /// 256 bits that nobody can guess.
    let secret: WireText
    let consent: Identifier<Consent>
    let generation: Int

    /// All that the store sees of it.
    var fingerprint: Fingerprint { Fingerprint(of: secret) }
}

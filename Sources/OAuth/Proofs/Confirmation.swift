package import Crypto
package import Text

/// What whoever shows a token must have besides: RFC 7800, `cnf`.
package enum Confirmation: Sendable, Hashable {
    /// The certificate of this SHA-256: RFC 8705 §3.
    case certificate(Fingerprint)
    /// The key of this thumbprint: RFC 9449 §6.
    case key(Fingerprint)

    /// One binding, chosen by what the client registered, and by nothing it leaves out.
    ///
    /// A proof of possession binds the tokens of every client that sends one: RFC 9449 §5.
    package static func decide(
        for client: Client,
        certificate: Fingerprint?,
        key: Fingerprint?
    ) throws(Refusal) -> Confirmation? {
        switch client.senderConstraint {
        case .certificate:
            guard let certificate else { throw .certificateMissing }
            return .certificate(certificate)
        case .proofOfPossession:
            guard let key else { throw .proofMissing }
            return .key(key)
        case nil: return key.map { .key($0) }
        }
    }

    /// The claim, read; `nil` where it says anything else than one binding that we know.
    package init?(_ claim: JSON) {
        guard let member = claim.members?.first, claim.members?.count == 1, let text = member.value.text,
            let bytes = Base64URL.decode(text), let fingerprint = Fingerprint(bytes: bytes)
        else { return nil }
        switch member.name {
        case Self.certificateMember: self = .certificate(fingerprint)
        case Self.keyMember: self = .key(fingerprint)
        default: return nil
        }
    }

    /// The claim.
    package var claim: JSON {
        func encoded(_ fingerprint: Fingerprint) -> JSON { .text(WireText(Base64URL.encode(fingerprint.bytes))) }
        return switch self {
        case .certificate(let fingerprint): .object([JSON.Member(Self.certificateMember, encoded(fingerprint))])
        case .key(let fingerprint): .object([JSON.Member(Self.keyMember, encoded(fingerprint))])
        }
    }

    /// `token_type` of a token that is bound so: RFC 9449 §5; with a certificate it stays what it was.
    package static func tokenType(_ confirmation: Confirmation?) -> WireText {
        guard case .key = confirmation else { return "Bearer" }
        return "DPoP"
    }

    private static let certificateMember: WireText = "x5t#S256"
    private static let keyMember: WireText = "jkt"
}

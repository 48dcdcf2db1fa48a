package import Text

/// The claims of RFC 7519 §4.1, each of the type it must have.
package struct RegisteredClaims: Sendable, Hashable {
    package let issuer: WireText?
    package let subject: WireText?
    /// Empty where the claim is missing.
    package let audiences: [WireText]
    package let expires: Timestamp?
    package let notBefore: Timestamp?
    package let issued: Timestamp?
    package let identifier: WireText?

    package init(_ claims: JSON) throws(ClaimRefusal) {
        issuer = try claims.name("iss", limit: Limits.claimBytes)
        subject = try claims.name("sub", limit: Limits.subjectBytes)
        identifier = try claims.name("jti", limit: Limits.assertionIdentifierBytes)
        audiences = try claims.audiences()
        expires = try claims.moment("exp", rounded: .down)
        notBefore = try claims.moment("nbf", rounded: .up)
        issued = try claims.moment("iat", rounded: .down)
    }
}

extension JSON {
    fileprivate func name(_ claim: WireText, limit: Int) throws(ClaimRefusal) -> WireText? {
        guard let value = self[claim] else { return nil }
        guard let text = value.text, (1...limit).contains(text.byteCount) else { throw .malformed(claim) }
        return text
    }

    /// RFC 7519 §4.1.3: one name or several.
    fileprivate func audiences() throws(ClaimRefusal) -> [WireText] {
        guard let value = self["aud"] else { return [] }
        let names = value.text.map { [$0] } ?? value.texts ?? []
        guard (1...Limits.audiences).contains(names.count),
            names.allSatisfy({ (1...Limits.claimBytes).contains($0.byteCount) })
        else { throw .malformed("aud") }
        return names
    }

    /// RFC 7519 §2, NumericDate: whole seconds or fractions of them, as far as a double counts exactly.
    fileprivate func moment(
        _ claim: WireText,
        rounded rule: FloatingPointRoundingRule
    ) throws(ClaimRefusal) -> Timestamp? {
        let limit: Int64 = 1 << 53
        switch self[claim] {
        case nil: return nil
        case .integer(let seconds):
            guard (0...limit).contains(seconds) else { throw .malformed(claim) }
            return Timestamp(seconds)
        case .number(let seconds):
            guard seconds >= 0, seconds <= Double(limit) else { throw .malformed(claim) }
            return Timestamp(Int64(seconds.rounded(rule)))
        default: throw .malformed(claim)
        }
    }
}

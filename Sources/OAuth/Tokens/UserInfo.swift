package import Text

/// What the user info endpoint says of a person: OpenID Connect Core §5.3.2.
package struct UserInfo: Sendable, Hashable {
    /// In the order of the list, `sub` first.
    package let members: [JSON.Member]

    /// What a token opens: the claims of its scope, and those that were asked for one by one.
    ///
    /// - Parameters:
    ///   - client: Who asks; what it may no longer have is not said, whatever was granted.
    ///   - value: What the bank knows.
    package init(
        _ subject: WireText,
        _ family: TokenFamily,
        scope: Scope,
        client: Client,
        value: (PersonClaim) -> JSON?
    ) {
        let wishes = family.claims.userInfo
        var members = [JSON.Member("sub", .text(subject))]
        for claim in PersonClaim.allCases where client.scope.contains(claim.scope) {
            guard let value = value(claim) else { continue }
            let isWished = wishes.contains { $0.claim == claim && $0.accepts(value) }
            guard scope.contains(claim.scope) || isWished else { continue }
            members.append(JSON.Member(claim.claimName, value))
        }
        if let intent = family.intent { members.append(JSON.Member("openbanking_intent_id", .text(intent.text))) }
        self.members = members
    }

    /// The body of a plain answer.
    package var document: [UInt8] { JSONWriter.write(.object(members)) }
}

package import Text

/// What a request asked for about the person claim by claim, beside its scope: OpenID Connect Core §5.5.
///
/// It is kept with the decision, because the user info endpoint is asked long after it.
package struct GrantedClaims: Sendable, Hashable {
    /// For ID tokens.
    package let idToken: [Wish]
    /// For the user info endpoint.
    package let userInfo: [Wish]

    /// One claim, and the values that are wanted of it.
    package struct Wish: Sendable, Hashable {
        /// Which one.
        package let claim: PersonClaim
        /// The values that would do; empty where any would.
        package let values: [JSON]

        /// A wish, as it was read or as a store has it.
        package init(_ claim: PersonClaim, values: [JSON] = []) {
            self.claim = claim
            self.values = values
        }

        /// OpenID Connect Core §5.5.1: who wants one value is not told another.
        package func accepts(_ value: JSON) -> Bool { values.isEmpty || values.contains(value) }
    }

    /// What was asked for.
    package init(idToken: [Wish] = [], userInfo: [Wish] = []) {
        self.idToken = idToken
        self.userInfo = userInfo
    }

    /// Nothing beside the scope.
    package static let none = GrantedClaims()

    /// Every claim that is asked for, wherever it shall stand, in the order of the list.
    package var names: [PersonClaim] {
        let asked = Set((idToken + userInfo).map(\.claim))
        return PersonClaim.allCases.filter(asked.contains)
    }

    /// The same without claims of scopes that are not in this one.
    package func limited(to scope: Scope) -> GrantedClaims {
        GrantedClaims(
            idToken: idToken.filter { scope.contains($0.claim.scope) },
            userInfo: userInfo.filter { scope.contains($0.claim.scope) }
        )
    }
}

extension GrantedClaims {
    /// As a store keeps it: the shape of OpenID Connect Core §5.5, without what has no effect any more.
    package var document: JSON { ["id_token": Self.document(idToken), "userinfo": Self.document(userInfo)] }

    private static func document(_ wishes: [Wish]) -> JSON {
        .object(
            wishes.map { wish in
                JSON.Member(wish.claim.claimName, wish.values.isEmpty ? .null : ["values": .array(wish.values)])
            }
        )
    }

    /// Takes back what `document` gave.
    package init?(document: JSON) {
        guard let idToken = Self.wishes(document["id_token"]), let userInfo = Self.wishes(document["userinfo"]) else {
            return nil
        }
        self.init(idToken: idToken, userInfo: userInfo)
    }

    private static func wishes(_ part: JSON?) -> [Wish]? {
        guard let members = part?.members else { return nil }
        var wishes: [Wish] = []
        for member in members {
            guard let claim = PersonClaim(named: member.name) else { return nil }
            wishes.append(Wish(claim, values: member.value["values"]?.array ?? []))
        }
        return wishes
    }
}

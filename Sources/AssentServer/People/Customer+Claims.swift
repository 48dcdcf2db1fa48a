package import OAuth
package import Text

extension Customer {
    /// What may be said of them to a client: OpenID Connect Core §5.1, in the types that it wants.
    package func value(of claim: PersonClaim) -> JSON? {
        switch claim {
        case .name: .text(name)
        case .email: email.map { .text($0) }
        // A client must not take silence for a yes.
        case .emailVerified: email.map { _ in claims[claim] ?? false }
        case .phoneNumberVerified: claims[.phoneNumber].map { _ in claims[claim] ?? false }
        default: claims[claim]
        }
    }
}

extension House {
    /// What a request asked to be told of a person, as far as the client may have it and the bank knows it.
    func claims(
        _ wishes: [GrantedClaims.Wish],
        of person: Identifier<Person>,
        for client: Client
    ) -> [JSON.Member] {
        guard let customer = bank.person(person) else { return [] }
        return wishes.compactMap { wish in
            guard client.scope.contains(wish.claim.scope), let value = customer.value(of: wish.claim),
                wish.accepts(value)
            else { return nil }
            return JSON.Member(wish.claim.claimName, value)
        }
    }
}

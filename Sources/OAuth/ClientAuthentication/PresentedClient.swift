package import JOSE
package import Text

/// What a client showed of itself, before any of it is believed.
package struct PresentedClient: Sendable, Hashable {
    /// Who it says it is.
    package let id: Identifier<Client>
    /// What it shows for that.
    package let proof: Proof

    /// What can be shown: RFC 6749 §2.3.1 and RFC 7523 §2.2.
    package enum Proof: Sendable, Hashable {
        case none
        case secretBasic(WireText)
        case secretPost(WireText)
        case assertion(UnverifiedJWT)
    }

    /// RFC 6749 §2.3: one kind of authentication a request, and no more.
    ///
    /// - Parameter basic: Identifier and secret of the Authorization header, decoded.
    package init(_ fields: TokenFields, basic: (id: WireText, secret: WireText)?) throws(Refusal) {
        let secret = fields[.clientSecret]
        let assertion = fields[.clientAssertion]
        let kinds = [basic != nil, secret != nil, assertion != nil].count { $0 }
        guard kinds <= 1 else { throw .clientCredentialsTwice }

        if let basic {
            // A client that names itself twice must mean the same one.
            if let id = fields[.clientID], id != basic.id { throw .clientCredentialsTwice }
            id = Identifier(basic.id)
            proof = .secretBasic(basic.secret)
            return
        }
        if let assertion {
            guard fields[.clientAssertionType] == Self.assertionType else {
                throw fields[.clientAssertionType] == nil
                    ? .parameterMissing(.clientAssertionType) : .parameterUnsupported(.clientAssertionType)
            }
            // The subject says whose keys to look for; nothing is believed before those keys agree.
            guard let token = try? UnverifiedJWT(assertion), let subject = token.claims["sub"]?.text else {
                throw .clientCredentialsWrong
            }
            if let id = fields[.clientID], id != subject { throw .clientCredentialsWrong }
            id = Identifier(subject)
            proof = .assertion(token)
            return
        }
        guard let name = fields[.clientID] else { throw .clientCredentialsMissing }
        id = Identifier(name)
        proof = secret.map { .secretPost($0) } ?? .none
    }

    /// What came by Basic to an endpoint that knows no other way.
    package init(basic id: WireText, secret: WireText) {
        self.id = Identifier(id)
        proof = .secretBasic(secret)
    }

    /// RFC 7523 §2.2.
    private static let assertionType: WireText = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
}

package import Crypto
import JOSE
package import Text

/// Whom a person said yes to: what must be the same for an earlier yes to count again.
///
/// RFC 9700 §4.15, and OpenID Connect Core §3.1.2.4: another address or other keys may be somebody else's.
package struct Circumstances: Sendable, Hashable {
    /// Who said yes.
    package let person: Identifier<Person>
    /// To whom.
    package let client: Identifier<Client>
    /// Where the answer went.
    package let redirectURI: WireText
    /// What the client proves itself with.
    package let credential: Fingerprint

    /// Circumstances as a store keeps them.
    package init(
        person: Identifier<Person>,
        client: Identifier<Client>,
        redirectURI: WireText,
        credential: Fingerprint
    ) {
        self.person = person
        self.client = client
        self.redirectURI = redirectURI
        self.credential = credential
    }

    /// Those in which a request asks a person now.
    package init(_ person: Identifier<Person>, _ request: AuthorizationRequest) {
        self.init(
            person: person,
            client: request.client.id,
            redirectURI: request.target.redirectURI,
            credential: request.client.authentication.credential
        )
    }
}

extension Client.Authentication {
    /// Changes exactly when what the client proves itself with does.
    fileprivate var credential: Fingerprint {
        switch self {
        case .none: Fingerprint(of: "none")
        case .secretBasic(let secret), .secretPost(let secret): secret.current.kept
        case .secretJWT(let secret): Fingerprint(of: secret.current.kept.bytes)
        case .privateKeyJWT(let keys): Fingerprint(of: JSONWriter.write(keys.json))
        case .mutualTLS(let name): Fingerprint(of: WireText("\(name.member) \(name.text)"))
        case .selfSignedTLS(let registered): Fingerprint(of: registered.flatMap(\.bytes))
        }
    }
}

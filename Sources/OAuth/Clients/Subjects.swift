package import Crypto
package import Text

/// What people are called in what we say of them to clients: the `sub` of every token and answer.
package struct Subjects: Sendable {
    private let key: HMACKey

    /// - Parameter key: It must stay the same for as long as any client with pairwise subjects does.
    package init(key: HMACKey) {
        self.key = key
    }

    /// OpenID Connect Core §8.1: the same for the same sector and person at all times, and of no use in another sector.
    package func subject(of person: Identifier<Person>, for client: Client) -> WireText {
        switch client.subjects {
        case .public: return person.text
        case .pairwise(let sector):
            // A host has no NUL, so that no two pairs are one message.
            let digest = key.sha256(WireText("\(sector)\u{0}\(person)"))
            // As every name of a person begins, so that no client is called so.
            return WireText("\(Person.prefix)\(Base64URL.encode(digest))")
        }
    }
}

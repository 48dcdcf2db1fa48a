package import Crypto
package import OAuth
package import Surfaces
package import Text

package import enum Consents.Account

/// What the bank knows of its customers, as the server asks for it.
package protocol Bank: Sendable {
    /// The customer of this user name, compared byte by byte.
    func person(named username: WireText) -> Customer?

    func person(_ id: Identifier<Person>) -> Customer?

    /// Some customer of whom this holds, looked for among all.
    func person(where fits: (Customer) -> Bool) -> Customer?

    /// Some customer, for the same name always the same, so that a name that nobody has costs what another one does.
    func person(inPlaceOf username: WireText) -> Customer?

    /// All accounts of a customer, those that cannot be shared included.
    func accounts(of id: Identifier<Person>) -> [AccountData]

    /// Whose account it is.
    func owner(of account: Identifier<Account>) -> Customer?
}

extension Bank {
    /// Whether somebody is a customer who may act: neither gone nor locked.
    package func isActive(_ id: Identifier<Person>) -> Bool {
        person(id).map { !$0.isLocked } ?? false
    }
}

/// The bank as it is at the moment; a reload puts another in its place.
package final class CurrentBank: Bank {
    private let bank: Reloadable<any Bank>

    package init(_ bank: any Bank) {
        self.bank = Reloadable(bank)
    }

    /// How often it has been replaced.
    var generation: Int { bank.generation }

    package func replace(with bank: any Bank) {
        self.bank.replace(with: bank)
    }

    package func person(named username: WireText) -> Customer? { bank.current.person(named: username) }

    package func person(_ id: Identifier<Person>) -> Customer? { bank.current.person(id) }

    package func person(where fits: (Customer) -> Bool) -> Customer? { bank.current.person(where: fits) }

    package func person(inPlaceOf username: WireText) -> Customer? { bank.current.person(inPlaceOf: username) }

    package func accounts(of id: Identifier<Person>) -> [AccountData] { bank.current.accounts(of: id) }

    package func owner(of account: Identifier<Account>) -> Customer? { bank.current.owner(of: account) }
}

/// A customer of the bank.
package struct Customer: Sendable {
    package let id: Identifier<Person>
    package let username: WireText
    package let name: WireText
    package let email: WireText?
    /// What else the bank would say of them, in the types of OpenID Connect Core §5.1.
    package let claims: [PersonClaim: JSON]
    package let passwordHash: PasswordHash
    package let isLocked: Bool
    /// Changes exactly when the password is set anew.
    let credential: Fingerprint

    package init(
        id: Identifier<Person>,
        username: WireText,
        name: WireText,
        email: WireText?,
        claims: [PersonClaim: JSON] = [:],
        passwordHash: PasswordHash,
        isLocked: Bool
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.email = email
        self.claims = claims
        self.passwordHash = passwordHash
        self.isLocked = isLocked
        credential = Fingerprint(of: passwordHash.text)
    }
}

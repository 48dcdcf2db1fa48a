package import Text

/// The one who asks for access: the OAuth client, seen from the consent.
package enum ThirdParty {}

/// The bank's customer.
package enum Person {}

/// An account at the bank.
package enum Account {}

/// Who did something to a consent.
package enum Actor: Sendable, Hashable {
    case thirdParty(Identifier<ThirdParty>)
    case person(Identifier<Person>)
    /// The bank: a member of its staff or one of its systems, by the name under which it knows them.
    case staff(WireText)
    /// The server itself: a time-out, a fault.
    case system
}

/// A person's yes, and to what.
package struct Authorisation: Sendable, Hashable {
    /// Who allowed it; nobody else may do so again.
    package let person: Identifier<Person>
    /// The accounts that are open, in the order in which the bank lists them.
    package let accounts: [Identifier<Account>]
    /// When they did.
    package let given: Timestamp

    /// A yes to these accounts.
    package init(person: Identifier<Person>, accounts: [Identifier<Account>], given: Timestamp) {
        self.person = person
        self.accounts = accounts
        self.given = given
    }
}

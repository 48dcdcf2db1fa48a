package import Text

/// Which consents somebody looks for; an empty list asks for nothing in particular.
package struct ConsentSearch: Sendable, Hashable {
    package var consents: [Identifier<Consent>] = []
    package var thirdParties: [Identifier<ThirdParty>] = []
    /// Who authorised them; a consent that nobody has authorised is nobody's.
    package var persons: [Identifier<Person>] = []
    /// Consents whose last yes is for one of these, those that have ended included.
    package var accounts: [Identifier<Account>] = []
    package var states: Set<Consent.State> = []
    /// Registered at this moment or later.
    package var from: Timestamp?
    /// Registered at this moment or earlier.
    package var to: Timestamp?
    /// How many to show, 0 to `longest`.
    package var limit = Self.longest
    /// How many to pass over, the newest first.
    package var offset = 0

    /// Looks for everything.
    package init() {}

    /// The most that one answer shows, so that memory stays flat however much there is.
    package static let longest = 1_000
}

/// What was found.
package struct ConsentsFound: Sendable, Hashable {
    /// One page of them, the last registered first.
    package let consents: [Consent]
    /// How many there are on all pages.
    package let total: Int

    /// One page, and how many there are.
    package init(consents: [Consent], total: Int) {
        self.consents = consents
        self.total = total
    }
}

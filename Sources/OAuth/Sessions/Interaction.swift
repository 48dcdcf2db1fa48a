package import Crypto
package import Text

/// An authorization request that waits for a person.
///
/// The parameters are kept as they came and read again at each step against the client as it is then,
/// so that a client disabled in between gets nothing.
package struct Interaction: Sendable, Hashable {
    /// Its name, which stands in the URLs of our pages.
    package let id: Identifier<Interaction>
    /// The browser that started it, by its cookie: nobody can finish what somebody else began.
    package let browser: Fingerprint
    /// The parameters as they came.
    package let parameters: WireText
    /// How they came.
    package let arrival: Arrival
    /// The consent that it is about.
    package let intent: Identifier<Intent>?
    /// When it began.
    package let created: Timestamp
    /// When nobody may finish it any more.
    package let expires: Timestamp
    /// The login made for this request.
    package var session: Fingerprint?
    /// Whose login that was, which outlives the login.
    package var person: Identifier<Person>?
    /// When it was decided.
    package var closed: Timestamp?

    /// A request that begins to wait, or one that a store has kept.
    package init(
        id: Identifier<Interaction>,
        browser: Fingerprint,
        parameters: WireText,
        arrival: Arrival = .plain,
        intent: Identifier<Intent>?,
        created: Timestamp,
        expires: Timestamp,
        session: Fingerprint? = nil,
        person: Identifier<Person>? = nil,
        closed: Timestamp? = nil
    ) {
        self.id = id
        self.browser = browser
        self.parameters = parameters
        self.arrival = arrival
        self.intent = intent
        self.created = created
        self.expires = expires
        self.session = session
        self.person = person
        self.closed = closed
    }
}

extension Interaction {
    /// What the decision ends: the request here, and the reference by which a browser could begin with it again.
    package func decided(at now: Timestamp) -> [Change] {
        [.closeInteraction(id, at: now)] + arrival.spending(at: now)
    }

    /// What a no ends, and what is left of it for a client that polls.
    package func denied(at now: Timestamp) -> [Change] { decided(at: now) + arrival.denying(at: now) }
}

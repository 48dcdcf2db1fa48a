/// What the store shall change about consents, each with the condition under which it does.
package enum ConsentChange: Sendable, Hashable {
    /// Adds a consent whose identifier nobody has.
    case create(Consent, Revision)
    /// Keeps the next value of a consent, if nobody has changed it since `Consent.version - 1` was read.
    case replace(Consent, Revision)
}

extension ConsentChange {
    /// The consent as it will be.
    package var consent: Consent {
        switch self {
        case .create(let consent, _), .replace(let consent, _): consent
        }
    }

    /// The entry in its history that goes with it.
    package var revision: Revision {
        switch self {
        case .create(_, let revision), .replace(_, let revision): revision
        }
    }
}

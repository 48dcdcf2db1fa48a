package import Text

/// How a client knows people: OpenID Connect Core §8.
package enum SubjectType: Sendable, Hashable {
    /// By a name that all clients know them by.
    case `public`
    /// By a name that is another one in every sector: §8.1.
    case pairwise(sector: WireText)

    /// As registrations and discovery spell them.
    package static let names: [WireText] = ["public", "pairwise"]
}

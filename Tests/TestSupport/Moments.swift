package import Text

extension Timestamp {
    /// The moment at which most tests happen: 2026-03-02T12:00:00Z.
    package static let noon = Timestamp(1_772_452_800)

    /// The first and the last moment that can be said.
    package static let earliest = Timestamp(.min)
    package static let latest = Timestamp(.max)

    /// So many days, for arithmetic that reads like the rule it tests.
    package static func days(_ count: Int) -> Int { count * 86_400 }
}

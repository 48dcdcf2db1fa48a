package import Text

extension Limits {
    /// Journeys at the sandbox's workbench; the oldest are forgotten.
    package static let flowsKept = 24
    /// What one of them may write down: a whole journey with every trial has some 150 KiB.
    package static let flowBytes = 1_048_576
    package static let flowExchanges = 200
    /// One value of the workbench's form, an address with an ID token in it among them.
    package static let flowFieldBytes = 16_384
}

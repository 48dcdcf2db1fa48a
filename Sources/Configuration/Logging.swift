import Text

extension Configuration {
    /// What is said on standard error.
    package struct Logging: Sendable, Hashable {
        package var level = Level.info

        /// The least that is written.
        package enum Level: String, Sendable, Hashable, CaseIterable {
            case debug
            case info
            case warning
            case error
        }

        package init() {}

        init(_ reader: inout ConfigurationReader) {
            level = reader.choice("/logging/level", or: level)
        }
    }
}
